"""Asks an ONVIF device the way Home Assistant does, by onvif-zeep-async, and searches for it by WSDiscovery. Prints JSON."""
import asyncio
import json
import sys

from onvif import ONVIFCamera
from wsdiscovery.discovery import ThreadedWSDiscovery
from wsdiscovery.scope import Scope


def search(port):
    discovery = ThreadedWSDiscovery()
    discovery.start()
    try:
        # The scope by which Home Assistant searches.
        services = discovery.searchServices(scopes=[Scope("onvif://www.onvif.org/Profile")], timeout=4)
        return [
            {"xaddrs": service.getXAddrs(), "scopes": [scope.getValue() for scope in service.getScopes()]}
            for service in services
            if any(f":{port}/" in address for address in service.getXAddrs())
        ]
    finally:
        discovery.stop()


async def ask(host, port, user, password):
    camera = ONVIFCamera(host, port, user, password, adjust_time=True)
    try:
        await camera.update_xaddrs()
        management = await camera.create_devicemgmt_service()
        media = await camera.create_media_service()
        information = await management.GetDeviceInformation()
        profiles = await media.GetProfiles()
        streams = []
        for profile in profiles:
            encoder = profile.VideoEncoderConfiguration
            if encoder is None:
                continue
            request = media.create_type("GetStreamUri")
            request.ProfileToken = profile.token
            request.StreamSetup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
            stream = await media.GetStreamUri(request)
            resolution = encoder.Resolution
            streams.append([profile.Name, str(encoder.Encoding), resolution.Width, resolution.Height, stream.Uri])
        snapshot = await camera.get_snapshot(profiles[0].token)
        return {
            "model": information.Model,
            "streams": streams,
            "snapshot_bytes": len(snapshot) if snapshot else 0,
        }
    except Exception as error:  # noqa: BLE001 - told to the test
        return {"error": str(error)}
    finally:
        await camera.close()


host, port, user, password = sys.argv[1:5]
print(json.dumps({"found": search(port), "asked": asyncio.run(ask(host, int(port), user, password))}))

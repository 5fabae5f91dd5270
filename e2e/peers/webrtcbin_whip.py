"""Publishes GStreamer's test pictures by WHIP with webrtcbin until its standard input ends. Arguments: the endpoint, and h264 or vp8."""

import sys
import threading
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=600 ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
    " ! application/x-rtp,media=video,encoding-name=H264,payload=96",
    "vp8": "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=600 ! rtpvp8pay"
    " ! application/x-rtp,media=video,encoding-name=VP8,payload=96",
}

endpoint, codec = sys.argv[1:]
Gst.init(None)
pipeline = Gst.parse_launch(
    "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=15/1 ! videoconvert"
    f" ! {ENCODERS[codec]} ! webrtcbin name=peer bundle-policy=max-bundle"
)
peer = pipeline.get_by_name("peer")


def send_only():
    transceiver = peer.emit("get-transceiver", 0)
    transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)


def offer(_peer):
    send_only()
    peer.emit("create-offer", None, Gst.Promise.new_with_change_func(offered))


def offered(promise):
    # The description is part of the reply, which has to live as long.
    reply = promise.get_reply()
    peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())


def gathered(_peer, _property):
    if peer.get_property("ice-gathering-state") != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        return
    # Not on the thread of the signal, which the connection needs.
    threading.Thread(target=exchange, daemon=True).start()


def exchange():
    sdp = peer.get_property("local-description").sdp.as_text()
    request = urllib.request.Request(endpoint, sdp.encode(), {"Content-Type": "application/sdp"})
    with urllib.request.urlopen(request) as response:
        print(response.status, response.headers["Location"], flush=True)
        _, answer = GstSdp.SDPMessage.new_from_text(response.read().decode())
    described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, answer)
    peer.emit("set-remote-description", described, Gst.Promise.new())


peer.connect("on-negotiation-needed", offer)
peer.connect("notify::ice-gathering-state", gathered)
pipeline.set_state(Gst.State.PLAYING)
sys.stdin.read()
pipeline.set_state(Gst.State.NULL)

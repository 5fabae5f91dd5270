"""What is in pictures, by a running Lookout: python3 detect.py [--via rest|ws|sse] photo.jpg …

Needs: pip install requests websockets
"""

import argparse
import asyncio
import json
import os
import pathlib

import requests
import websockets

URL = os.environ.get("LOOKOUT_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("LOOKOUT_KEY")
HEADERS = {"Authorization": f"Bearer {KEY}"} if KEY else {}


def show(name, answer):
    for found in answer["detections"]:
        track = f" #{found['track_id']}" if "track_id" in found else ""
        box = [round(side) for side in found["bbox"]]
        print(f"{name}: {found['class_name']}{track} {found['confidence']:.2f} {box}")


def checked(response):
    """What is wrong, in the server's words: every refusal is a problem document."""
    if not response.ok:
        raise SystemExit(response.json()["detail"])
    return response


def by_rest(pictures):
    for picture in pictures:
        body, headers = picture.read_bytes(), {**HEADERS, "Content-Type": "image/jpeg"}
        show(picture.name, checked(requests.post(f"{URL}/api/detect", body, headers=headers, timeout=30)).json())


def by_sse(pictures):
    settings = {"fps_limit": 30}
    session = checked(requests.post(f"{URL}/stream/sessions", json=settings, headers=HEADERS, timeout=30)).json()
    try:
        with checked(requests.get(URL + session["sse_endpoint"], headers=HEADERS, stream=True, timeout=60)) as events:
            lines = events.iter_lines(decode_unicode=True, chunk_size=1)
            for picture in pictures:
                body, headers = picture.read_bytes(), {**HEADERS, "Content-Type": "image/jpeg"}
                upload = URL + session["upload_endpoint"]
                accepted = requests.post(upload, body, params={"frame_id": picture.name}, headers=headers, timeout=30)
                if accepted.status_code == 429:  # faster than fps_limit: no event follows
                    print(f"{picture.name}: {accepted.json()['detail']}")
                    continue
                checked(accepted)
                event = next(
                    event
                    for event in (json.loads(line[6:]) for line in lines if line.startswith("data: "))
                    if event["type"] != "ping"
                )
                tell(picture.name, event)
    finally:
        requests.delete(f"{URL}/stream/sessions/{session['client_id']}", headers=HEADERS, timeout=30)


async def by_ws(pictures):
    # The name of this argument changed in websockets 14.
    version = int(websockets.version.version.split(".")[0])
    headers = {"additional_headers" if version >= 14 else "extra_headers": HEADERS}
    async with websockets.connect(f"ws{URL[4:]}/stream/detection?fps_limit=30", **headers) as socket:
        for picture in pictures:
            await socket.send(picture.read_bytes())
            tell(picture.name, json.loads(await socket.recv()))


def tell(name, message):
    if message["type"] == "detection_result":
        show(name, message["data"])
    elif message["type"] == "dropped":
        print(f"{name}: nobody looked at it: {message['reason']}")
    else:
        print(f"{name}: {message['error']}")


parser = argparse.ArgumentParser()
parser.add_argument("--via", choices=["rest", "ws", "sse"], default="rest")
parser.add_argument("pictures", nargs="+", type=pathlib.Path)
arguments = parser.parse_args()
if arguments.via == "ws":
    asyncio.run(by_ws(arguments.pictures))
elif arguments.via == "sse":
    by_sse(arguments.pictures)
else:
    by_rest(arguments.pictures)

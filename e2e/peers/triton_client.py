"""Asks a server as Triton's own client does: triton_client.py HOST:PORT JPEG. Prints what it was told, as JSON."""
import json
import sys

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

address, picture = sys.argv[1:]
client = triton.InferenceServerClient(address)
with open(picture, "rb") as file:
    image = numpy.array([file.read()], dtype=object)


def count(compression):
    tensor = triton.InferInput("image", [1], "BYTES")
    tensor.set_data_from_numpy(image)
    result = client.infer(
        "detect",
        [tensor],
        outputs=[triton.InferRequestedOutput("counts")],
        priority=1,
        timeout=5_000_000,
        request_compression_algorithm=compression,
        response_compression_algorithm=compression,
    )
    return int(result.as_numpy("counts")[0])


def refusal(ask):
    try:
        ask()
    except InferenceServerException as error:
        return error.message()


print(
    json.dumps(
        {
            "ready": client.is_server_ready() and client.is_model_ready("detect"),
            "counts": [count(None), count("gzip"), count("deflate")],
            "no_model": refusal(lambda: client.get_model_metadata("none")),
            "no_path": refusal(client.get_model_repository_index),
        }
    )
)

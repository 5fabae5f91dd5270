"""A KServe model server with one ONNX model: kserve_server.py NAME FILE HTTP_PORT GRPC_PORT"""
import sys

import numpy
import onnxruntime
from kserve import InferOutput, InferResponse, Model, ModelServer


def tensors(declared):
    shape = lambda tensor: [size if isinstance(size, int) else -1 for size in tensor.shape]
    return [{"name": tensor.name, "datatype": "FP32", "shape": shape(tensor)} for tensor in declared]


class OnnxModel(Model):
    def __init__(self, name, path):
        super().__init__(name)
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        self.ready = True

    async def get_input_types(self):
        return tensors(self.session.get_inputs())

    async def get_output_types(self):
        return tensors(self.session.get_outputs())

    def predict(self, request, headers=None, response_headers=None):
        feed = {one.name: one.as_numpy().astype(numpy.float32) for one in request.inputs}
        outputs = []
        for declared, values in zip(self.session.get_outputs(), self.session.run(None, feed)):
            output = InferOutput(name=declared.name, shape=list(values.shape), datatype="FP32")
            output.set_data_from_numpy(values, binary_data=True)
            outputs.append(output)
        return InferResponse(response_id=request.id or "1", model_name=self.name, infer_outputs=outputs)


if __name__ == "__main__":
    name, path, http_port, grpc_port = sys.argv[1:]
    ModelServer(http_port=int(http_port), grpc_port=int(grpc_port), workers=1).start([OnnxModel(name, path)])

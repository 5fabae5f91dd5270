"""An MLServer runtime for ONNX models; `parameters.uri` of the model's settings is the file."""
import numpy
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse, MetadataTensor


def tensors(declared):
    shape = lambda tensor: [size if isinstance(size, int) else -1 for size in tensor.shape]
    return [MetadataTensor(name=tensor.name, datatype="FP32", shape=shape(tensor)) for tensor in declared]


class OnnxModel(MLModel):
    async def load(self):
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri, providers=["CPUExecutionProvider"])
        self.inputs = tensors(self.session.get_inputs())
        self.outputs = tensors(self.session.get_outputs())
        return True

    async def predict(self, payload):
        feed = {one.name: NumpyCodec.decode_input(one).astype(numpy.float32) for one in payload.inputs}
        results = zip(self.session.get_outputs(), self.session.run(None, feed))
        outputs = [NumpyCodec.encode_output(declared.name, values) for declared, values in results]
        return InferenceResponse(model_name=self.name, outputs=outputs)

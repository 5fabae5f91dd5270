import {
  AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX,
  AV_HWDEVICE_TYPE_CUDA,
  AV_HWDEVICE_TYPE_QSV,
  AV_HWDEVICE_TYPE_VAAPI,
  AV_HWDEVICE_TYPE_VULKAN,
  type AVHWDeviceType,
  type AVPixelFormat,
  type Codec,
  HardwareDeviceContext,
} from '../codec/native.js';
import type { DecodeDevice } from '../source/source.js';

/** An opened device and how it decodes one codec. */
export interface HardwareDevice {
  readonly name: Exclude<DecodeDevice, 'auto' | 'software'>;
  /** Freed by whoever opened the device, after the decoder. */
  readonly context: HardwareDeviceContext;
  /** Of frames that are still in the device's memory. */
  readonly pixelFormat: AVPixelFormat;
}

const TYPES: Readonly<Record<HardwareDevice['name'], AVHWDeviceType>> = {
  cuda: AV_HWDEVICE_TYPE_CUDA,
  vaapi: AV_HWDEVICE_TYPE_VAAPI,
  qsv: AV_HWDEVICE_TYPE_QSV,
  vulkan: AV_HWDEVICE_TYPE_VULKAN,
};
/** Without Vulkan, which opens on machines that have no video hardware. */
const TRIED_BY_ITSELF = ['cuda', 'vaapi', 'qsv'] as const;

/** Opens the wanted device for a codec, or with `auto` the first that opens. @returns undefined: decode in software */
export function openHardware(codec: Codec, wanted: DecodeDevice): HardwareDevice | undefined {
  if (wanted === 'software') return undefined;
  for (const name of wanted === 'auto' ? TRIED_BY_ITSELF : [wanted]) {
    const pixelFormat = hardwareFormat(codec, TYPES[name]);
    if (pixelFormat === undefined) continue;
    const context = new HardwareDeviceContext();
    if (context.create(TYPES[name]) >= 0) return { name, context, pixelFormat };
    context.free();
  }
  return undefined;
}

/** Undefined if the codec's decoder does not use such devices. */
function hardwareFormat(codec: Codec, type: AVHWDeviceType): AVPixelFormat | undefined {
  for (let index = 0; ; index++) {
    const config = codec.getHwConfig(index);
    if (config === null) return undefined;
    const usesDevice = (config.methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) !== 0;
    if (config.deviceType === type && usesDevice) return config.pixFmt;
  }
}

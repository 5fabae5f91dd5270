/** The answers of a simulated ONVIF device, as the WSDLs and schemas of ONVIF have them. */

export interface OnvifTestProfile {
  token: string;
  name: string;
  /** Token of the video source. Default `source`. */
  source?: string;
  /** Absent: a profile without video. */
  encoding?: 'H264' | 'H265' | 'JPEG';
  width?: number;
  height?: number;
  fps?: number;
  /** `{host}` stands for the host that was asked. Absent: the device has no address for it. */
  streamUri?: string;
}

export interface DeviceFacts {
  manufacturer: string;
  model: string;
  profiles: readonly OnvifTestProfile[];
  media2: boolean;
  snapshotUri: string | undefined;
  /** Address of the device, `http://host:port`, as it names it. */
  origin: string;
  now: () => Date;
}

const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" ' +
  'xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:ter="http://www.onvif.org/ver10/error"';

export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${NAMESPACES}><s:Body>${body}</s:Body></s:Envelope>`;
}

/** @param subcode such as `ter:NotAuthorized` */
export function fault(subcode: string, reason: string): string {
  return envelope(
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`,
  );
}

/** @param operation name of the request. @param namespace of the request. @returns undefined for one the device does not know. */
export function answer(operation: string, namespace: string, request: string, facts: DeviceFacts): string | undefined {
  const body = isMedia2(namespace)
    ? media2(operation, request, facts)
    : (device(operation, facts) ?? media1(operation, request, facts));
  return body === undefined ? undefined : envelope(body);
}

function isMedia2(namespace: string): boolean {
  return namespace === 'http://www.onvif.org/ver20/media/wsdl';
}

function device(operation: string, { manufacturer, model, media2, origin, now }: DeviceFacts): string | undefined {
  switch (operation) {
    case 'GetSystemDateAndTime': {
      const date = now();
      return (
        '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>' +
        '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>' +
        `<tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute>` +
        `<tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year>` +
        `<tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>` +
        '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
      );
    }
    case 'GetServices': {
      const service = (namespace: string, path: string) =>
        `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${origin}${path}</tds:XAddr>` +
        '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>';
      const services = [
        service('http://www.onvif.org/ver10/device/wsdl', '/onvif/device_service'),
        service('http://www.onvif.org/ver10/media/wsdl', '/onvif/media_service'),
        media2 ? service('http://www.onvif.org/ver20/media/wsdl', '/onvif/media2_service') : '',
      ];
      return `<tds:GetServicesResponse>${services.join('')}</tds:GetServicesResponse>`;
    }
    case 'GetCapabilities':
      return (
        `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${origin}/onvif/device_service</tt:XAddr></tt:Device>` +
        `<tt:Media><tt:XAddr>${origin}/onvif/media_service</tt:XAddr><tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast>` +
        '<tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>' +
        '</tds:Capabilities></tds:GetCapabilitiesResponse>'
      );
    case 'GetHostname':
      return (
        '<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>camera</tt:Name>' +
        '</tds:HostnameInformation></tds:GetHostnameResponse>'
      );
    case 'GetDeviceInformation':
      return (
        `<tds:GetDeviceInformationResponse><tds:Manufacturer>${manufacturer}</tds:Manufacturer><tds:Model>${model}</tds:Model>` +
        '<tds:FirmwareVersion>5.7.1</tds:FirmwareVersion><tds:SerialNumber>0042</tds:SerialNumber>' +
        '<tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>'
      );
  }
  return undefined;
}

function media1(operation: string, request: string, { profiles, snapshotUri }: DeviceFacts): string | undefined {
  const profile = profiles.find(({ token }) => token === tokenIn(request));
  const uri = (kind: string, address: string) =>
    `<trt:Get${kind}Response><trt:MediaUri><tt:Uri>${xml(address)}</tt:Uri>` +
    '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>' +
    `<tt:Timeout>PT60S</tt:Timeout></trt:MediaUri></trt:Get${kind}Response>`;
  switch (operation) {
    case 'GetProfiles':
      return `<trt:GetProfilesResponse>${profiles.map((each) => profile1(each, 'Profiles')).join('')}</trt:GetProfilesResponse>`;
    case 'GetProfile':
      return profile && `<trt:GetProfileResponse>${profile1(profile, 'Profile')}</trt:GetProfileResponse>`;
    case 'GetVideoSources':
      return (
        '<trt:GetVideoSourcesResponse><trt:VideoSources token="source"><tt:Framerate>25</tt:Framerate>' +
        '<tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution>' +
        '</trt:VideoSources></trt:GetVideoSourcesResponse>'
      );
    case 'GetStreamUri':
      return profile?.streamUri === undefined ? undefined : uri('StreamUri', profile.streamUri);
    case 'GetSnapshotUri':
      return snapshotUri === undefined ? undefined : uri('SnapshotUri', snapshotUri);
  }
  return undefined;
}

function media2(operation: string, request: string, { profiles, snapshotUri }: DeviceFacts): string | undefined {
  const profile = profiles.find(({ token }) => token === tokenIn(request));
  const uri = (kind: string, address: string) =>
    `<tr2:Get${kind}Response><tr2:Uri>${xml(address)}</tr2:Uri></tr2:Get${kind}Response>`;
  switch (operation) {
    case 'GetProfiles':
      return `<tr2:GetProfilesResponse>${profiles.map(profile2).join('')}</tr2:GetProfilesResponse>`;
    case 'GetStreamUri':
      return profile?.streamUri === undefined ? undefined : uri('StreamUri', profile.streamUri);
    case 'GetSnapshotUri':
      return snapshotUri === undefined ? undefined : uri('SnapshotUri', snapshotUri);
  }
  return undefined;
}

function profile1(profile: OnvifTestProfile, element: 'Profile' | 'Profiles'): string {
  const { token, name, encoding, width = 1920, height = 1080, fps = 25 } = profile;
  const encoder =
    // Media has no name for H.265: devices leave such an encoder out there.
    encoding === undefined || encoding === 'H265'
      ? ''
      : `<tt:VideoEncoderConfiguration token="e_${token}"><tt:Name>${name}</tt:Name><tt:UseCount>1</tt:UseCount>` +
        `<tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
        `<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
        '<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type>' +
        '<tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart>' +
        '</tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>';
  return (
    `<trt:${element} token="${token}" fixed="true"><tt:Name>${name}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="v_${token}">${sourceOf(profile)}</tt:VideoSourceConfiguration>${encoder}</trt:${element}>`
  );
}

function profile2(profile: OnvifTestProfile): string {
  const { token, name, encoding, width = 1920, height = 1080, fps = 25 } = profile;
  const encoder =
    encoding === undefined
      ? ''
      : `<tr2:VideoEncoder token="e_${token}" GovLength="50"><tt:Name>${name}</tt:Name><tt:UseCount>1</tt:UseCount>` +
        `<tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
        `<tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>` +
        '<tt:Quality>4</tt:Quality></tr2:VideoEncoder>';
  return (
    `<tr2:Profiles token="${token}" fixed="true"><tr2:Name>${name}</tr2:Name><tr2:Configurations>` +
    `<tr2:VideoSource token="v_${token}">${sourceOf(profile)}</tr2:VideoSource>${encoder}</tr2:Configurations></tr2:Profiles>`
  );
}

function sourceOf({ name, source = 'source' }: OnvifTestProfile): string {
  return (
    `<tt:Name>${name}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>${source}</tt:SourceToken>` +
    '<tt:Bounds x="0" y="0" width="1920" height="1080"/>'
  );
}

function tokenIn(request: string): string | undefined {
  return /<(?:\w+:)?ProfileToken[^>]*>([^<]*)</.exec(request)?.[1];
}

function xml(text: string): string {
  return text.replace(/&/g, '&amp;');
}

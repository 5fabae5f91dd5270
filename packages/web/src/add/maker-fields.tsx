import { CAMERA_MAKERS, makerAddresses } from '@lookout/protocol';
import { useState } from 'react';
import { t } from '../strings/index.js';
import { SelectField, TextField } from '../ui/field.js';

const words = t.add.address;
const MAKERS = [
  { value: '', label: words.chooseMaker },
  ...CAMERA_MAKERS.map(({ id, name }) => ({ value: id, label: name })),
];

export interface MakerValues {
  maker: string;
  host: string;
  part: string;
}
export const NO_MAKER: MakerValues = { maker: '', host: '', part: '' };

export interface MakerFieldsProps {
  /** What was chosen before, when somebody comes back. */
  initial: MakerValues;
  /** Problem with the address. */
  error: string | undefined;
  /** Empty addresses where something is missing. */
  onChange: (addresses: { url: string; sub_url: string }, values: MakerValues) => void;
}

/** Maker and host in place of an address. */
export function MakerFields({ initial, error, onChange }: MakerFieldsProps) {
  const [values, setValues] = useState(initial);
  const chosen = CAMERA_MAKERS.find(({ id }) => id === values.maker);
  const addresses = chosen && makerAddresses(chosen, values.host, values.part);
  const change = (changes: Partial<typeof values>) => {
    const next = { ...values, ...changes };
    setValues(next);
    const maker = CAMERA_MAKERS.find(({ id }) => id === next.maker);
    const found = maker && makerAddresses(maker, next.host, next.part);
    onChange({ url: found?.main ?? '', sub_url: found?.sub ?? '' }, next);
  };
  return (
    <>
      <SelectField
        label={words.maker}
        value={values.maker}
        options={MAKERS}
        hint={chosen?.note}
        onChange={(maker) => change({ maker })}
      />
      {chosen?.main && (
        <TextField
          label={words.cameraHost}
          value={values.host}
          onChange={(host) => change({ host })}
          placeholder="192.168.1.20"
          hint={words.cameraHostHint}
          error={error}
          inputMode="url"
          literal
        />
      )}
      {chosen?.part && (
        <TextField
          label={chosen.part.label}
          value={values.part}
          onChange={(part) => change({ part })}
          placeholder={chosen.part.example}
          literal
        />
      )}
      {addresses && (
        <div className="rounded-md bg-sunken px-3.5 py-3">
          <p className="text-13 font-strong">{words.addresses}</p>
          {[addresses.main, addresses.sub].map(
            (address) =>
              address && (
                <p key={address} className="mt-1 font-mono text-13 break-all">
                  {address}
                </p>
              ),
          )}
          <p className="mt-2 text-13 text-pretty text-muted">{words.unverified}</p>
        </div>
      )}
    </>
  );
}

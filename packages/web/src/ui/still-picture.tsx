import type { CameraRegions, PlanePoint } from '@lookout/protocol';
import { regionShapes } from '@lookout/protocol/core';
import type { CSSProperties, ReactNode } from 'react';
import { type Part, WHOLE } from '../lib/crop.js';
import { classes } from './classes.js';

export interface StillPictureProps {
  /** Undefined: none is kept. */
  src: string | undefined;
  alt: string;
  /** The part of the picture that is shown; default: all of it. */
  part?: Part;
  /** Width ÷ height of the view. */
  aspect: number;
  /** Shown in place of the picture. */
  trouble?: string | undefined;
  /** It could not be loaded. */
  onBroken?(url: string): void;
  /** Over the picture, and moved with it: regions, boxes. */
  children?: ReactNode;
  className?: string;
}

/** A still picture, cropped to what it is about. */
export function StillPicture(props: StillPictureProps) {
  const { src, alt, part = WHOLE, aspect, trouble, onBroken, children, className } = props;
  const percent = (share: number) => `${share * 100}%`;
  const place: CSSProperties = {
    width: percent(1 / part.width),
    height: percent(1 / part.height),
    left: percent(-part.x / part.width),
    top: percent(-part.y / part.height),
  };
  return (
    <span
      className={classes('relative isolate block overflow-hidden rounded-md bg-picture', className)}
      style={{ aspectRatio: aspect }}
    >
      <span className="absolute block" style={place}>
        {src !== undefined && trouble === undefined && (
          <img
            src={src}
            alt={alt}
            loading="lazy"
            fetchPriority="low"
            className="size-full"
            onError={() => onBroken?.(src)}
          />
        )}
        {children}
      </span>
      {trouble !== undefined && (
        <span className="absolute inset-0 grid place-items-center p-1 text-center text-13 text-white">{trouble}</span>
      )}
    </span>
  );
}

export interface PictureRegionsProps {
  regions: Pick<CameraRegions, 'zones' | 'lines'>;
  /** Width ÷ height of the picture. */
  aspect: number;
  /** Whether their rules fire. */
  firing?: boolean;
}

/** Units of the drawing per height of the picture. */
const HEIGHT = 100;

/** Areas and lines over a still picture, as they are drawn over live ones, without their names. */
export function PictureRegions({ regions, aspect, firing = false }: PictureRegionsProps) {
  const picture = { x: 0, y: 0, width: HEIGHT * aspect, height: HEIGHT };
  const names = firing ? [...regions.zones, ...regions.lines].map(({ name }) => name) : [];
  const pathOf = (stroke: readonly PlanePoint[]) => `M${stroke.map((point) => point.join(' ')).join('L')}`;
  return (
    <svg
      viewBox={`0 0 ${picture.width} ${picture.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      strokeLinejoin="round"
      strokeLinecap="round"
      className="absolute inset-0 size-full overflow-visible"
    >
      {regionShapes(regions, { picture, scale: 1, firing: names }).map(({ name, colour, strokes, lineWidth, fill }) => {
        const path = strokes.map(pathOf).join('');
        return (
          <g key={name}>
            <path d={path} vectorEffect="non-scaling-stroke" className="fill-none stroke-black/45 stroke-4" />
            <path
              d={path}
              vectorEffect="non-scaling-stroke"
              fill={fill > 0 ? colour : 'none'}
              fillOpacity={fill}
              stroke={colour}
              strokeWidth={lineWidth}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** The box of an object that made a rule fire. */
export function AlarmBox({ part: { x, y, width, height } }: { part: Part }) {
  const percent = (share: number) => `${share * 100}%`;
  return (
    <span
      className="absolute block rounded-[5px] border-[1.5px] border-alarm ring-1 ring-black/45"
      style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }}
    />
  );
}

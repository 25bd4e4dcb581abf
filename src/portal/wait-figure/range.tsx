import type { WaitingTime } from '../../records/waiting-times/index.ts';
import type { Scale } from './scale.ts';

/** The days within which 8 of 10 are decided, as a bar on a line of days. Where it has no end it goes on to the edge. */
export function Range({
  time: { low, high, observed },
  scale: { place },
  isRtl,
  y,
  height,
}: {
  readonly time: WaitingTime;
  readonly scale: Scale;
  readonly isRtl: boolean;
  readonly y: number;
  readonly height: number;
}) {
  const from = place(low ?? observed);
  const to = high === null ? 100 : place(high);
  return (
    <rect
      class={`portico-wait__range${high === null ? ' portico-wait__range--open' : ''}`}
      x={`${isRtl ? 100 - to : from}%`}
      y={y}
      width={`${to - from}%`}
      height={height}
    />
  );
}

import type { Page } from '../../platform/ui/index.ts';
import type { WaitingTime } from '../../records/waiting-times/index.ts';
import type { Scale } from './scale.ts';

/** A range and its middle on a line that others share. What it shows stands beside it in words. */
export function WaitBar({
  page,
  time,
  scale,
}: {
  readonly page: Page;
  readonly time: WaitingTime;
  readonly scale: Scale;
}) {
  const isRtl = page.words.direction === 'rtl';
  const from = scale.place(time.low ?? time.observed);
  const to = time.high === null ? 100 : scale.place(time.high);
  const x = (place: number) => `${isRtl ? 100 - place : place}%`;
  return (
    <svg class="portico-wait-bar" aria-hidden="true">
      <line class="portico-wait__axis" x1="0%" x2="100%" y1="18" y2="18" />
      <rect
        class={`portico-wait__range${time.high === null ? ' portico-wait__range--open' : ''}`}
        x={x(isRtl ? to : from)}
        y="6"
        width={`${to - from}%`}
        height="24"
      />
      {time.middle === null ? null : (
        <line
          class="portico-wait__middle"
          x1={x(scale.place(time.middle))}
          x2={x(scale.place(time.middle))}
          y1="2"
          y2="34"
        />
      )}
    </svg>
  );
}

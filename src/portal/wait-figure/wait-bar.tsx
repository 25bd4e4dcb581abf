import { Fragment } from 'preact';
import type { Page } from '../../platform/ui/index.ts';
import type { WaitingTime } from '../../records/waiting-times/index.ts';
import { Range } from './range.tsx';
import type { Scale } from './scale.ts';

type WaitBarProps = { readonly page: Page; readonly time: WaitingTime; readonly scale: Scale };

/** A range and its middle on a line that others share. What it shows stands beside it in words. */
export function WaitBar({ page, time, scale }: WaitBarProps) {
  const isRtl = page.words.direction === 'rtl';
  const x = (day: number) => `${isRtl ? 100 - scale.place(day) : scale.place(day)}%`;
  return (
    <svg class="portico-wait-bar" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <line key={tick} class="portico-wait__grid" x1={x(tick)} x2={x(tick)} y1="0" y2="36" />
      ))}
      <Range time={time} scale={scale} isRtl={isRtl} y={7} height={22} />
      {time.middle === null ? null : (
        <line class="portico-wait__middle" x1={x(time.middle)} x2={x(time.middle)} y1="3" y2="33" />
      )}
    </svg>
  );
}

/** The numbers of the line that bars share. */
export function WaitAxis({ page, scale }: Pick<WaitBarProps, 'page' | 'scale'>) {
  const isRtl = page.words.direction === 'rtl';
  return (
    <svg class="portico-wait-bar portico-wait-bar--axis" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <Fragment key={tick}>
          <text
            class="portico-wait__text portico-wait__tick"
            x={`${isRtl ? 100 - scale.place(tick) : scale.place(tick)}%`}
            y="16"
            text-anchor="middle"
          >
            {tick}
          </text>
        </Fragment>
      ))}
    </svg>
  );
}

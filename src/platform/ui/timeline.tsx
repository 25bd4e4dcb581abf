import type { ComponentChildren } from 'preact';

export type TimelineEvent = {
  readonly id: string;
  /** As the person reads it. */
  readonly date: string;
  /** As a machine reads it: ISO 8601, a date or a time. */
  readonly dateTime: string;
  readonly title: string;
  readonly children?: ComponentChildren;
};

export type TimelineProps = {
  /** Newest first. */
  readonly events: readonly TimelineEvent[];
  /** The level of each event's title among the page's headings. */
  readonly level?: 3 | 4;
};

/** What has happened, one event under the other. */
export function Timeline({ events, level = 3 }: TimelineProps) {
  const Heading = level === 3 ? 'h3' : 'h4';
  return (
    <ol class="portico-timeline">
      {events.map(({ id, date, dateTime, title, children }) => (
        <li class="portico-timeline__event" key={id}>
          <Heading class="portico-timeline__title">{title}</Heading>
          <time class="portico-timeline__date" dateTime={dateTime}>
            {date}
          </time>
          {children}
        </li>
      ))}
    </ol>
  );
}

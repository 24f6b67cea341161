import { useMemo } from 'react';
import { ansiSpans } from '../lib/ansi.ts';

/** Colours of a terminal as spans. The text is text to React, so nothing in it can become markup. */
export function AnsiText({ text }: { text: string }) {
  const spans = useMemo(() => ansiSpans(text), [text]);
  return spans.map((span, index) =>
    span.className === '' ? (
      span.text
    ) : (
      <span key={index} className={span.className}>
        {span.text}
      </span>
    ),
  );
}

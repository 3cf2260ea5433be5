import { percent } from './text.js';

/** A share of the training time in words: `waiting for data: 0.4 % of the training time`. */
export function waitingForData(share: number): string {
  return `waiting for data: ${percent(share)} of the training time`;
}

/** A time in words: `45 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return first < 0
    ? '0 s'
    : parts
        .slice(first, first + 2)
        .filter(([count], i) => i === 0 || count > 0)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(' ');
}

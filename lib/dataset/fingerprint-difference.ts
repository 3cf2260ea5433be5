/** How data differs from what it was, in words. */
import { count } from '../text.js';
import type { ClassFacts, DataFingerprint, SampleFacts } from './fingerprint.js';

/** Of each kind of difference, n are named. */
const MOST_NAMED = 3;

/** Names in words, such as `3 images added (a, b, c)`. */
function listed(names: readonly string[], what: string): string[] {
  if (names.length === 0) {
    return [];
  }
  const rest = names.length - MOST_NAMED;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return [
    `${count(names.length, 'image')} ${what} (${names.slice(0, MOST_NAMED).join(', ')}${more})`,
  ];
}

/** What stays the same if files are renamed. */
const contentOf = ({ imageDigest, labelDigest }: SampleFacts): string =>
  `${imageDigest}/${String(labelDigest)}`;

/** Removed samples with the one added sample that has files of the same content. */
function renamedPairs(removed: readonly SampleFacts[], added: readonly SampleFacts[]) {
  return removed.flatMap((before) => {
    const alike = (list: readonly SampleFacts[]) =>
      list.filter((sample) => contentOf(sample) === contentOf(before));
    const [now, ...others] = alike(added);
    const isOnly = (now as SampleFacts | undefined) !== undefined && others.length === 0;
    return isOnly && alike(removed).length === 1 ? [{ before, now }] : [];
  });
}

/** What is different about the files of a sample; undefined if nothing is. */
function changeOf(before: SampleFacts, now: SampleFacts): string | undefined {
  const shown = (value: string | number | null) => (value === null ? 'none' : String(value));
  const fields = ['image', 'label', 'imageBytes', 'labelBytes'] as const;
  const field = fields.find((name) => before[name] !== now[name]);
  if (field === undefined) {
    const isOther = before.imageDigest !== now.imageDigest;
    return contentOf(before) === contentOf(now)
      ? undefined
      : `${now.id}: ${isOther ? 'image' : 'label map'} of the same size with other content`;
  }
  const unit = field.endsWith('Bytes') ? ' bytes' : '';
  const kind = field.startsWith('image') ? 'image' : 'label map';
  return `${now.id}: ${kind} ${shown(before[field])}${unit}, now ${shown(now[field])}${unit}`;
}

function sampleDifferences(before: readonly SampleFacts[], now: readonly SampleFacts[]): string[] {
  const old = new Map(before.map((sample) => [sample.id, sample]));
  const current = new Map(now.map((sample) => [sample.id, sample]));
  const removed = before.filter(({ id }) => !current.has(id));
  const added = now.filter(({ id }) => !old.has(id));
  const renamed = renamedPairs(removed, added);
  const isRenamed = new Set(renamed.flatMap((pair) => [pair.before.id, pair.now.id]));
  const idsOf = (samples: readonly SampleFacts[]) =>
    samples.map(({ id }) => id).filter((id) => !isRenamed.has(id));
  const changed = now.flatMap((sample) => {
    const earlier = old.get(sample.id);
    return (earlier && changeOf(earlier, sample)) ?? [];
  });
  const differences = [
    ...listed(idsOf(added), 'added'),
    ...listed(idsOf(removed), 'removed'),
    ...listed(
      renamed.map((pair) => `${pair.before.id} is now ${pair.now.id}`),
      'renamed',
    ),
    ...listed(changed, 'with other files'),
  ];
  const isReordered = differences.length === 0 && now.some(({ id }, i) => id !== before[i].id);
  return isReordered ? ['the images in another order'] : differences;
}

function classDifferences(before: readonly ClassFacts[], now: readonly ClassFacts[]): string[] {
  const names = (classes: readonly ClassFacts[]) => classes.map(({ name }) => JSON.stringify(name));
  const [old, current] = [names(before), names(now)];
  if (old.join() !== current.join()) {
    const parts = [
      ['added', current.filter((name) => !old.includes(name))],
      ['removed', old.filter((name) => !current.includes(name))],
    ] as const;
    const texts = parts.flatMap(([what, list]) =>
      list.length === 0 ? [] : [`${what} ${list.join(', ')}`],
    );
    return [`classes ${texts.join(' and ') || 'in another order'}`];
  }
  return now.flatMap(({ name, color, labelValues }, i) => {
    const earlier = before[i];
    return [
      ...(String(earlier.labelValues) === String(labelValues)
        ? []
        : [
            `label values of "${name}" ${earlier.labelValues.join(', ') || 'none'}, ` +
              `now ${labelValues.join(', ') || 'none'}`,
          ]),
      ...(String(earlier.color) === String(color)
        ? []
        : [`colour of "${name}" ${earlier.color.join(' ')}, now ${color.join(' ')}`]),
    ];
  });
}

/**
 * How data differs from what it was, in phrases; none if it is the same. Only splits that both have
 * are compared.
 */
export function dataDifferences(before: DataFingerprint, now: DataFingerprint): string[] {
  if (before.digest === now.digest) {
    return [];
  }
  const ignored = [before, now].map(({ ignoredValues }) => ignoredValues.join(', ') || 'none');
  return [
    ...classDifferences(before.classes, now.classes),
    ...(ignored[0] === ignored[1] ? [] : [`ignored label values ${ignored[0]}, now ${ignored[1]}`]),
    ...Object.entries(now.splits).flatMap(([split, samples]) => {
      const earlier = Object.hasOwn(before.splits, split) ? before.splits[split] : undefined;
      const differences = earlier ? sampleDifferences(earlier, samples) : [];
      return differences.length === 0 ? [] : [`in ${split} ${differences.join(', ')}`];
    }),
  ];
}

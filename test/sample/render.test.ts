import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cityscapesClasses } from '../../lib/dataset/cityscapes/classes.js';
import { CITYSCAPES_LABELS } from '../../lib/dataset/cityscapes/labels.js';
import type { CityscapesMaps } from '../../lib/sample/cityscapes-labels.js';
import { cityscapesLabelId, cityscapesMaps } from '../../lib/sample/cityscapes-labels.js';
import { SURFACE_KINDS } from '../../lib/sample/kinds.js';
import { renderSample } from '../../lib/sample/render.js';
import { SAMPLE_VERSION } from '../../lib/sample/sample-manifest.js';

const size = { width: 128, height: 64 };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a rendered street scene', () => {
  it('has the same bytes for the same seed, whatever was rendered in between', () => {
    const first = renderSample({ seed: 3, index: 7, ...size });
    const other = renderSample({ seed: 3, index: 8, ...size });
    const again = renderSample({ seed: 3, index: 7, ...size });
    expect(sha256(again.rgb)).toBe(sha256(first.rgb));
    expect(again.surface).toEqual(first.surface);
    expect(sha256(other.rgb)).not.toBe(sha256(first.rgb));
    expect(sha256(renderSample({ seed: 4, index: 7, ...size }).rgb)).not.toBe(sha256(first.rgb));
  });

  it('keeps its labels from one version of the renderer to the next', () => {
    // If this fails on purpose, raise SAMPLE_VERSION, so that old folders are rendered anew.
    const { labelIds } = cityscapesMaps(renderSample({ seed: 1, index: 0, ...size }));
    expect([SAMPLE_VERSION, sha256(labelIds).slice(0, 16)]).toEqual([1, '5697ea719cf0c612']);
  });

  it('shows the same scene at every size', () => {
    const small = cityscapesMaps(renderSample({ seed: 2, index: 1, width: 128, height: 64 }));
    const large = cityscapesMaps(renderSample({ seed: 2, index: 1, width: 384, height: 192 }));
    let same = 0;
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 128; x++) {
        // The middle one of the nine pixels that make up the small one.
        const middle = large.labelIds[(3 * y + 1) * 384 + 3 * x + 1];
        if (small.labelIds[y * 128 + x] === middle) {
          same++;
        }
      }
    }
    expect(same / (64 * 128)).toBeGreaterThan(0.93);
  });

  it('can be rendered at odd and at upright sizes', () => {
    for (const [width, height] of [
      [97, 65],
      [48, 96],
    ]) {
      const { rgb, surface } = renderSample({ seed: 2, index: 4, width, height });
      expect(rgb).toHaveLength(width * height * 3);
      expect(surface.every((index) => index > 0)).toBe(true);
    }
  });

  it('labels the frame as out of roi and the bonnet as ego vehicle', () => {
    const { labelIds } = cityscapesMaps(renderSample({ seed: 1, index: 2, ...size }));
    expect(labelIds[0]).toBe(3);
    expect(labelIds[64 * 128 - 1]).toBe(3);
    expect(labelIds[62 * 128 + 64]).toBe(1);
  });
});

describe('a series of 45 pictures', () => {
  const maps: CityscapesMaps[] = [];
  const photos: Uint8Array[] = [];
  const pixels = new Float64Array(34);
  const pictures = new Float64Array(34);

  beforeAll(() => {
    for (let index = 0; index < 45; index++) {
      const rendering = renderSample({ seed: 11, index, ...size });
      const map = cityscapesMaps(rendering);
      maps.push(map);
      photos.push(rendering.rgb);
      for (const id of map.labelIds) {
        pixels[id]++;
      }
      for (const id of new Set(map.labelIds)) {
        pictures[id]++;
      }
    }
  });

  it('has official label ids only', () => {
    const official = new Set(CITYSCAPES_LABELS.map(({ labelId }) => labelId));
    for (const { labelIds } of maps) {
      for (const id of new Set(labelIds)) {
        expect(official).toContain(id);
      }
    }
  });

  it('shows each of the 19 classes in at least 6 pictures and 0.15% of the pixels', () => {
    const total = 45 * size.width * size.height;
    for (const { labelId, name, trainId } of CITYSCAPES_LABELS) {
      if (trainId === 255) {
        continue;
      }
      expect(pictures[labelId], name).toBeGreaterThanOrEqual(6);
      expect(pixels[labelId] / total, name).toBeGreaterThan(0.0015);
    }
  });

  it('shows things that do not count: static, dynamic, rail track, ego vehicle, out of roi', () => {
    for (const id of [1, 3, 4, 5, 10]) {
      expect(pictures[id], `label ${id}`).toBeGreaterThan(0);
    }
  });

  it('never leaves a class to a single colour', () => {
    // The mean red of the cars of a picture says nothing about those of the next.
    const means = maps.map(({ labelIds }, index) => {
      const reds = photos[index].filter((_, i) => i % 3 === 0 && labelIds[i / 3] === 26);
      return reds.reduce((sum, value) => sum + value, 0) / reds.length;
    });
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(60);
  });

  it('has train ids, colours and instance ids that agree with the label ids', () => {
    const byId = new Map(CITYSCAPES_LABELS.map((label) => [label.labelId, label]));
    for (const { labelIds, labelTrainIds, color, instanceIds } of maps.slice(0, 10)) {
      labelIds.forEach((id, i) => {
        const label = byId.get(id);
        const isThing = instanceIds[i] >= 1000;
        const agrees =
          labelTrainIds[i] === label?.trainId &&
          label.color.every((value, channel) => color[3 * i + channel] === value) &&
          (isThing ? Math.floor(instanceIds[i] / 1000) : instanceIds[i]) === id &&
          isThing === label.hasInstances;
        if (!agrees) {
          expect.fail(`pixel ${i} of label ${id} does not agree`);
        }
      });
    }
  });
});

describe('the label table', () => {
  it('has ids -1 to 33 once each and 19 train ids', () => {
    const ids = CITYSCAPES_LABELS.map(({ labelId }) => labelId).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 35 }, (_, i) => i - 1));
    const trainIds = CITYSCAPES_LABELS.map(({ trainId }) => trainId).filter((id) => id !== 255);
    expect(trainIds).toEqual([...Array(19).keys()]);
  });

  it('agrees with the classes that the loader reads', () => {
    const counting = CITYSCAPES_LABELS.filter(({ trainId }) => trainId !== 255);
    const classes = cityscapesClasses('labelIds');
    expect(counting.map(({ name, color, labelId }) => [name, color, [labelId]])).toEqual(
      classes.map(({ name, color, labelValues }) => [name, color, labelValues]),
    );
  });

  it('knows every kind of surface', () => {
    for (const kind of SURFACE_KINDS) {
      const isVoid = kind === 'nothing';
      expect(cityscapesLabelId(kind) === 0, kind).toBe(isVoid);
    }
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabelMap } from '../../../../lib/dataset/pixels.js';
import { fillPolygonOpencv } from '../../../../lib/dataset/reading/masks/opencv-polygon.js';
import {
  drawLine,
  fillCircle,
  fillPolygon,
  fillRectangle,
  type Point,
} from '../../../../lib/dataset/reading/masks/pillow-shapes.js';
import { polygonRuns } from '../../../../lib/dataset/reading/masks/polygon.js';
import { paintRuns, readRunLengths, runArea } from '../../../../lib/dataset/reading/masks/rle.js';
import { spanPainter } from '../../../../lib/dataset/reading/masks/spans.js';
import { describeWithData } from '../../../helpers/shared-data.js';
import { coordinatesToPoints, runsOf } from './runs.js';

/** A shape with its mask by pycocotools, Pillow or OpenCV; see test/reference/masks.py. */
interface Case {
  readonly rule: 'coco' | 'pillow' | 'opencv';
  readonly shape?: string;
  readonly width: number;
  readonly height: number;
  readonly points: readonly number[];
  readonly text?: string;
  readonly area?: number;
  readonly runs: readonly number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/masks.json', import.meta.url), 'utf8'),
) as { lineWidth: number; pointSize: number; cases: readonly Case[] };

const casesOf = (rule: Case['rule']) => fixture.cases.filter((one) => one.rule === rule);
const empty = ({ height, width }: { height: number; width: number }): LabelMap => ({
  height,
  width,
  data: new Uint8Array(height * width),
});

function drawPillow({ shape, height, width, points: flat }: Case): LabelMap {
  const points = coordinatesToPoints(flat);
  const map = empty({ height, width });
  const paint = spanPainter(map, 1);
  switch (shape) {
    case 'polygon':
      fillPolygon(points, height, paint);
      break;
    case 'rectangle':
      fillRectangle(points[0], points[1], height, paint);
      break;
    case 'circle': {
      const [[x0, y0], [x1, y1]] = points as [Point, Point];
      fillCircle([x0, y0], Math.sqrt((x0 - x1) ** 2 + (y0 - y1) ** 2), paint);
      break;
    }
    case 'point':
      fillCircle(points[0], fixture.pointSize, paint);
      break;
    default:
      drawLine(points, fixture.lineWidth, height, paint);
  }
  return map;
}

describe('masks equal those of the tools, pixel for pixel', () => {
  it('polygons by the rule of pycocotools', () => {
    for (const { points, height, width, runs } of casesOf('coco')) {
      expect(polygonRuns(points, { height, width }).counts).toEqual(runs);
    }
    expect(casesOf('coco')).toHaveLength(60);
  });

  it('compressed runs, their areas and their pixels', () => {
    for (const one of casesOf('coco')) {
      const runs = readRunLengths(one, one.text ?? '');
      if (typeof runs === 'string') {
        throw new Error(runs);
      }
      expect(runs.counts).toEqual(one.runs);
      expect(runArea(runs)).toBe(one.area);
      const map = empty(one);
      paintRuns(map, runs, 1);
      expect(runsOf(map)).toEqual(one.runs);
    }
  });

  it.each(['polygon', 'line', 'linestrip', 'circle', 'rectangle', 'point'])(
    'a %s by Pillow',
    (shape) => {
      const cases = casesOf('pillow').filter((one) => one.shape === shape);
      expect(cases.length).toBeGreaterThanOrEqual(15);
      for (const one of cases) {
        expect({ points: one.points, runs: runsOf(drawPillow(one)) }).toEqual({
          points: one.points,
          runs: one.runs,
        });
      }
    },
  );

  it('polygons by OpenCV', () => {
    expect(casesOf('opencv')).toHaveLength(60);
    for (const one of casesOf('opencv')) {
      const map = empty(one);
      fillPolygonOpencv(coordinatesToPoints(one.points), spanPainter(map, 1));
      expect({ points: one.points, runs: runsOf(map) }).toEqual({
        points: one.points,
        runs: one.runs,
      });
    }
  });
});

describe('readRunLengths', () => {
  it('says what is wrong', () => {
    const size = { height: 2, width: 3 };
    expect(readRunLengths(size, [0, 6])).toEqual({ ...size, counts: [0, 6] });
    expect(readRunLengths(size, [1, 4])).toBe('runs of 5 pixels for 3x2');
    expect(readRunLengths(size, [7, -1])).toBe('a run of -1 pixels');
    expect(readRunLengths(size, [0.5, 5.5])).toBe('a run of 0.5 pixels');
    expect(readRunLengths(size, 'P')).toBe('compressed runs with a damaged number at character 1');
    expect(readRunLengths(size, ' ')).toContain('damaged');
  });
});

describeWithData('label_exports/coco', 'compressed runs of real detections', (root) => {
  it('have the areas that pycocotools counts', () => {
    const file = `${root}/results_fakesegm100/instances_val2014_fakesegm100_results.json`;
    const results = JSON.parse(readFileSync(file, 'utf8')) as {
      segmentation: { size: [number, number]; counts: string };
    }[];
    const areas = results.map(({ segmentation: { size, counts } }) => {
      const runs = readRunLengths({ height: size[0], width: size[1] }, counts);
      return typeof runs === 'string' ? runs : runArea(runs);
    });
    expect(areas.slice(0, 3)).toEqual([53487, 167619, 52665]);
    expect(areas.every((area) => typeof area === 'number')).toBe(true);
  });
});

/** Traffic signs: plates of a few shapes and colours. */
import type { Color } from '../raster/color.js';
import { hex } from '../raster/color.js';
import { ellipse, rectangle, reversed, roundedRectangle } from '../raster/shapes.js';
import type { Sprite } from '../view/sprite.js';
import { fillShape } from '../view/sprite.js';

/** The shapes of traffic signs. */
export type SignShape =
  | 'ban'
  | 'order'
  | 'warning'
  | 'yield'
  | 'stop'
  | 'parking'
  | 'direction'
  | 'priority';

/** Every sign shape that a scene may show. */
export const SIGN_SHAPES: readonly SignShape[] = [
  'ban',
  'order',
  'warning',
  'yield',
  'stop',
  'parking',
  'direction',
  'priority',
];

const WHITE: Color = [0.96, 0.96, 0.95];
const RED = hex('#c8302c');
const BLUE = hex('#1f5fa8');
const BLACK: Color = [0.1, 0.1, 0.1];

/** Draws one sign plate with its middle at height `y`. Plates are a little larger than life. */
export function drawSign(sprite: Sprite, shape: SignShape, y: number, surface: number): void {
  const plate = (outline: number[], color: Color, holes: number[][] = []) =>
    fillShape(sprite, outline, color, surface, { flat: true, holes });
  const r = 0.42;
  switch (shape) {
    case 'ban':
      plate(ellipse(0, y, r, r, 24), WHITE);
      plate(ellipse(0, y, r, r, 24), RED, [reversed(ellipse(0, y, r * 0.74, r * 0.74, 24))]);
      plate(rectangle(-0.14, y - 0.13, -0.02, y + 0.13), BLACK);
      plate(ellipse(0.12, y, 0.08, 0.13, 12), BLACK);
      return;
    case 'order':
      plate(ellipse(0, y, r, r, 24), WHITE);
      plate(ellipse(0, y, r * 0.92, r * 0.92, 24), BLUE);
      plate(
        [
          -0.05,
          y - 0.25,
          0.05,
          y - 0.25,
          0.05,
          y + 0.05,
          0.16,
          y + 0.05,
          0,
          y + 0.28,
          -0.16,
          y + 0.05,
          -0.05,
          y + 0.05,
        ],
        WHITE,
      );
      return;
    case 'warning':
      plate([-0.5, y - 0.38, 0.5, y - 0.38, 0, y + 0.48], RED);
      plate([-0.34, y - 0.28, 0.34, y - 0.28, 0, y + 0.29], WHITE);
      plate(rectangle(-0.04, y - 0.1, 0.04, y + 0.12), BLACK);
      return;
    case 'yield':
      plate([-0.5, y + 0.4, 0, y - 0.46, 0.5, y + 0.4], RED);
      plate([-0.32, y + 0.3, 0, y - 0.26, 0.32, y + 0.3], WHITE);
      return;
    case 'stop':
      plate(ellipse(0, y, r, r, 8), WHITE);
      plate(ellipse(0, y, r * 0.93, r * 0.93, 8), RED);
      plate(rectangle(-0.26, y - 0.08, 0.26, y + 0.08), WHITE);
      return;
    case 'parking':
      plate(roundedRectangle(-r, y - r, r, y + r, 0.06), WHITE);
      plate(roundedRectangle(-r * 0.94, y - r * 0.94, r * 0.94, y + r * 0.94, 0.05), BLUE);
      plate(rectangle(-0.16, y - 0.27, -0.06, y + 0.27), WHITE);
      plate(ellipse(0.0, y + 0.12, 0.17, 0.16, 14), WHITE, [
        reversed(ellipse(0.0, y + 0.12, 0.08, 0.07, 10)),
      ]);
      return;
    case 'direction':
      plate(roundedRectangle(-0.8, y - 0.3, 0.8, y + 0.3, 0.06), WHITE);
      plate(roundedRectangle(-0.76, y - 0.26, 0.76, y + 0.26, 0.05), hex('#e2b21f'));
      plate(rectangle(-0.6, y + 0.04, 0.25, y + 0.14), BLACK);
      plate(rectangle(-0.6, y - 0.15, 0.05, y - 0.06), BLACK);
      plate([0.4, y - 0.12, 0.65, y, 0.4, y + 0.12], BLACK);
      return;
    case 'priority':
      plate([0, y - 0.5, 0.5, y, 0, y + 0.5, -0.5, y], WHITE);
      plate([0, y - 0.34, 0.34, y, 0, y + 0.34, -0.34, y], hex('#eab41f'));
  }
}

/** Renders a scene: from plain data to colour and, for each pixel, what it shows. */
import { drawBarrier } from './objects/barrier.js';
import { drawBuilding } from './objects/draw-building.js';
import { drawCar } from './objects/car.js';
import { drawCycle } from './objects/cycle.js';
import { drawFurniture } from './objects/furniture.js';
import { drawGroundPatch } from './objects/ground.js';
import { coachFaces } from './objects/coach.js';
import { truckFaces } from './objects/truck.js';
import { drawOwnCar } from './objects/own-car.js';
import { drawPerson } from './objects/person.js';
import { drawPost } from './objects/post.js';
import { drawCastShadow, drawContactShadow } from './objects/shadow.js';
import { drawBackdrop, drawSky } from './objects/sky.js';
import { drawPlant } from './objects/vegetation.js';
import { extentOf, paintingOrder } from './order.js';
import type { Canvas, Surface } from './raster/canvas.js';
import { createCanvas, instance, stuff } from './raster/canvas.js';
import { finish } from './raster/finish.js';
import { composeScene } from './scene/compose.js';
import type { Scene, Thing } from './scene/scene.js';
import { buildingShadows } from './objects/building-shadows.js';
import type { Painter } from './view/painter.js';
import { drawSolid } from './view/solid.js';

/** A rendered picture. */
export interface Rendering {
  readonly width: number;
  readonly height: number;
  /** 8-bit RGB, `[height, width, 3]`. */
  readonly rgb: Uint8Array;
  /** Index into `surfaces`, `[height, width]`. */
  readonly surface: Uint16Array;
  /** What the indices stand for: a kind, and the number of the thing among its kind. */
  readonly surfaces: readonly Surface[];
}

/** Which picture to render, and how large. */
export interface RenderOptions {
  readonly seed: number;
  readonly index: number;
  readonly width: number;
  readonly height: number;
}

/** Picture `index` of the series of `seed`; the same options give the same bytes. */
export function renderSample(options: RenderOptions): Rendering {
  return renderScene(composeScene(options.seed, options.index), options.width, options.height);
}

/** Renders any scene at any size. */
export function renderScene(scene: Scene, width: number, height: number): Rendering {
  const { viewpoint, light } = scene;
  const canvas = createCanvas(width, height);
  const painter: Painter = {
    canvas,
    camera: {
      focal: viewpoint.focal * height,
      centerX: width / 2 + viewpoint.shift * height,
      horizonY: viewpoint.horizon * height,
      eye: viewpoint.eye,
      bend: viewpoint.bend,
    },
    light,
    sunlit: buildingShadows(scene.buildings, light),
  };
  drawSky(painter, scene.seed);
  drawBackdrop(painter, scene.backdrop);
  for (const patch of scene.ground) {
    drawGroundPatch(painter, patch);
  }
  const things = paintingOrder(scene.things);
  for (const thing of things) {
    drawShadows(painter, thing);
  }
  const rows = [...scene.buildings].sort((a, b) => b.z[0] - a.z[0]);
  for (const building of rows) {
    drawBuilding(painter, building);
  }
  for (const thing of things) {
    drawThing(painter, thing);
  }
  drawOwnCar(painter, scene.ownCar);
  markBorder(canvas);
  const rgb = finish(canvas, light.exposure, scene.seed);
  return { width, height, rgb, surface: canvas.surface, surfaces: canvas.surfaces };
}

function drawThing(painter: Painter, thing: Thing): void {
  switch (thing.type) {
    case 'car':
      return drawCar(painter, thing);
    case 'large vehicle':
      return drawSolid(
        painter,
        thing,
        thing.body === 'coach' ? coachFaces(thing) : truckFaces(thing),
        instance(painter.canvas, thing.kind),
      );
    case 'person':
      return drawPerson(painter, thing);
    case 'cycle':
      return drawCycle(painter, thing);
    case 'post':
      return drawPost(painter, thing);
    case 'plant':
      return drawPlant(painter, thing);
    case 'barrier':
      return drawBarrier(painter, thing);
    case 'furniture':
      return drawFurniture(painter, thing);
  }
}

function drawShadows(painter: Painter, thing: Thing): void {
  if (thing.type === 'barrier') {
    return;
  }
  const { x, z } = extentOf(thing);
  const ground = 'ground' in thing ? thing.ground : 0;
  const place = { x: (x[0] + x[1]) / 2, z: (z[0] + z[1]) / 2, ground };
  if (thing.type === 'car' || thing.type === 'large vehicle') {
    const print = { ...place, halfX: (x[1] - x[0]) / 2, halfZ: (z[1] - z[0]) / 2 };
    drawCastShadow(painter, print, thing.height * 0.85, 0.34);
    drawContactShadow(painter, print, 0.78);
    return;
  }
  if (place.z > 60) {
    return;
  }
  if (thing.type === 'plant') {
    const reach = Math.max(0.4, thing.spread * 0.75);
    drawContactShadow(painter, { ...place, halfX: reach, halfZ: reach }, 0.3);
    return;
  }
  const height = thing.type === 'post' ? thing.height : 1.6;
  const half = thing.type === 'post' ? thing.thickness : 0.18;
  drawCastShadow(painter, { ...place, halfX: half, halfZ: half }, Math.min(4, height), 0.3);
  drawContactShadow(
    painter,
    { ...place, halfX: 0.28, halfZ: 0.28 },
    thing.type === 'post' ? 0.3 : 0.5,
  );
}

/** Labels a thin frame of the picture as outside the region of interest; its colour stays. */
function markBorder(canvas: Canvas): void {
  const { width, height, surface } = canvas;
  const border = stuff(canvas, 'image border');
  const thickness = Math.max(1, Math.round(height / 170));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
      if (edge < thickness) {
        surface[y * width + x] = border;
      }
    }
  }
}

/** Real exports of labelme, Supervisely and Label Studio. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { importReal, labelsOf, pixels, type Sizes } from './import-real.js';

const temporary = temporaryFolder();

describeWithData('label_exports/labelme', 'labelme', (root) => {
  it.each(['semantic_segmentation', 'instance_segmentation'])(
    'JSON of %s gives the masks of labelme2voc',
    async (name) => {
      const images = `${root}/semantic_segmentation/data_dataset_voc/JPEGImages`;
      const report = await importReal(temporary, `${root}/${name}/data_annotated`, {}, { images });
      expect(report.format).toBe('labelme');
      const voc = `${root}/${name}/data_dataset_voc`;
      const names = readFileSync(`${voc}/class_names.txt`, 'utf8').trim().split('\n');
      for (const id of ['2011_000003', '2011_000006', '2011_000025']) {
        const own = await labelsOf(report, id);
        const tool = await readLabelFile(`${voc}/SegmentationClass/${id}.png`);
        // Without labels.txt the classes are sorted, and `_background_` is added as background.
        const wanted = tool.data.map((value) => {
          const label = names[value]?.replaceAll('_', '');
          return value === 255
            ? 255
            : report.classes.findIndex((one) => one.name.replaceAll('_', '') === label);
        });
        const different = own.data.filter((value, i) => value !== wanted[i]).length;
        expect(different, id).toBeLessThanOrEqual(1);
      }
    },
  );

  it('the output of labelme2voc', async () => {
    const report = await importReal(temporary, `${root}/semantic_segmentation/data_dataset_voc`);
    expect(report.format).toBe('labelme-masks');
    expect(pixels(report)).toMatchObject({
      _background_: 125767 + 93492 + 62022,
      bottle: 873,
      person: 32900 + 34791,
      chair: 44306,
      sofa: 14002,
      bus: 118222,
      car: 7256,
      'tv/monitor': 0,
      ignored: 9460 + 909,
    });
    const older = await importReal(temporary, `${root}/apple_avocado/data_dataset_voc`, {
      'manzano1.jpg': [1000, 1500],
      'aguacatero1.jpg': [2816, 2112],
    });
    expect(pixels(older)).toMatchObject({ aguacate: 1361778, manzana: 411688 });
  });

  it('two exports in one folder are not guessed between', async () => {
    await expect(importReal(temporary, `${root}/semantic_segmentation`)).rejects.toThrow(
      /expected one export, got signs of 2: labelme-masks .*; labelme /,
    );
    const report = await importReal(
      temporary,
      `${root}/semantic_segmentation`,
      {},
      { format: 'labelme' },
    );
    expect(report.classes.slice(0, 2).map(({ name }) => name)).toEqual([
      '_background_',
      'aeroplane',
    ]);
    expect(report.ignoredPixels).toBe(9460 + 909);
  });

  it('labelme2coco, whose category 0 is the background', async () => {
    const images = `${root}/semantic_segmentation/data_dataset_voc/JPEGImages`;
    const folder = `${root}/instance_segmentation/data_dataset_coco`;
    const report = await importReal(temporary, folder, {}, { images });
    expect(report.classes[0].name).toBe('_background_');
    expect(pixels(report)).toMatchObject({
      _background_: 293431,
      bottle: 815,
      person: 66934,
      bus: 117890,
      car: 7124,
      chair: 44143,
      sofa: 13663,
    });
  });

  it('every type of shape', async () => {
    const report = await importReal(temporary, `${root}/primitives`);
    expect(pixels(report)).toMatchObject({
      circle: 8144,
      line: 514,
      line_strip: 2341,
      octagon: 7275,
      point: 97,
      polygon: 11085,
      rectangle: 10201 + 15656,
    });
  });

  it('images inside the JSON files, and a wrong imagePath', async () => {
    const hyperbola = await importReal(temporary, `${root}/hyperbola/data_annotated`);
    expect(pixels(hyperbola)).toMatchObject({ background: 1072332, hyperbola: 64128 });
    const tutorial = await importReal(temporary, `${root}/tutorial`);
    // By Pillow; label.png, drawn by a version of 2016, has 8 pixels of another class.
    expect(pixels(tutorial)).toEqual({
      background: 476829,
      shelf: 490716,
      highland_6539_self_stick_notes: 70983,
      mead_index_cards: 35925,
      kong_air_dog_squeakair_tennis_ball: 23017,
      ignored: 0,
    });
  });

  it('polygons of large pictures, and tiny files of other programs', async () => {
    const report = await importReal(temporary, `${root}/apple_avocado/data_annotated`, {
      'manzano1.jpg': [1000, 1500],
      'aguacatero1.jpg': [2816, 2112],
    });
    const { aguacate, manzana } = pixels(report);
    expect(Math.abs(aguacate - 1361778)).toBeLessThanOrEqual(1);
    expect(Math.abs(manzana - 411688)).toBeLessThanOrEqual(1);
    const tiny = await importReal(temporary, `${root}/labelme-rs_tests`, {
      'stem.jpg': [512, 512],
      'Mandrill.jpg': [256, 256],
    });
    expect(tiny.images).toBeGreaterThanOrEqual(1);
    expect(tiny.classes.map(({ name }) => name)).toContain('TL');
    expect(tiny.leftOut.map(({ file }) => file)).toContain('img1.json');
  });
});

describeWithData('label_exports/supervisely', 'Supervisely', (root) => {
  it.each([
    ['carbonate', 'my_dataset', '21_TK-142.5', '.jpg'],
    ['speedometer', 'ds0', '077', '.jpg'],
  ])('%s/%s/%s is drawn as by the tool, pixel for pixel', async (project, dataset, name, end) => {
    const mask = await readLabelFile(`${root}/${project}/${dataset}/masks_machine/${name}.png`);
    const report = await importReal(temporary, `${root}/${project}`, {
      [`${dataset}/img/${name}${end}`]: [mask.width, mask.height],
    });
    const map = await labelsOf(report, name);
    // Both number the classes of meta.json from 1, with 0 for the rest.
    expect(Buffer.compare(Buffer.from(map.data), Buffer.from(mask.data))).toBe(0);
  });

  it('lines are drawn and mentioned', async () => {
    const report = await importReal(temporary, `${root}/lanes`, { 'frame_00000.png': [1280, 720] });
    expect(report.notes.join()).toContain('lines: drawn one pixel wide');
    // (266, 686) to (610, 453): 345 columns.
    expect(pixels(report)['Left lane']).toBe(345);
  });
});

describeWithData('label_exports/label_studio', 'Label Studio', (root) => {
  it('COCO with paths of Windows', async () => {
    const sizes: Sizes = { '2f4821cd-10.jpg': [3897, 2588], '3fbfc018-9.jpg': [3400, 3000] };
    const report = await importReal(temporary, `${root}/coco_room/coco`, sizes);
    expect(report.images).toBe(2);
    expect(report.leftOut).toHaveLength(134);
    expect(pixels(report)).toMatchObject({
      background: 16078996,
      Painting: 1015445,
      Sofa: 2314193,
      Table: 217834,
      Chair: 553199,
      Plant: 105769,
    });
  });

  it('boxes are refused', async () => {
    await expect(importReal(temporary, `${root}/coco_boxonly/coco`)).rejects.toThrow(
      /brush labels come as PNG/,
    );
  });

  it('brush strokes in its own JSON', async () => {
    const folder = `${root}/frontend_examples/image_magic_wand/annotations`;
    const task = JSON.parse(readFileSync(`${folder}/1.json`, 'utf8')) as {
      data: Record<string, string>;
    };
    const name = Object.values(task.data).join().split('/').at(-1) ?? '';
    const report = await importReal(temporary, folder, {
      [decodeURIComponent(name)]: [3000, 2860],
    });
    const counts = pixels(report);
    expect(counts['Cloud Shadow'] + counts.Cloud + counts.background).toBe(3000 * 2860);
    expect(counts.Cloud).toBe(377306); // 381431 less what the later shadow covers
    expect(counts['Cloud Shadow']).toBe(261525);
  });

  it('polygons, rectangles and ellipses in percent', async () => {
    const raw = await importReal(temporary, `${root}/raw_json_polygon`, {
      'test_image1.jpg': [500, 320],
    });
    // By pycocotools; the key points are no areas.
    expect(pixels(raw)).toMatchObject({ polygon_label: 265, rectangle_label: 992 });
    expect(raw.notes.join()).toContain('regions of the type keypointlabels, which is no area');
    const moon = await importReal(
      temporary,
      `${root}/frontend_examples/image_polygons/annotations`,
      {
        'spacexmoon-800x501.jpg': [800, 501],
      },
    );
    const stars = await importReal(
      temporary,
      `${root}/frontend_examples/image_ellipses/annotations`,
      {
        'nick-owuor-astro-nic-visuals-wDifg5xc9Z4-unsplash.jpg': [600, 450],
      },
    );
    // The area of an ellipse is π · a · b; here a = 80 and b = 48.03 pixels.
    const area = Math.PI * 80 * (0.10672358591248665 * 450);
    expect(Math.abs(pixels(stars).Planet / area - 1)).toBeLessThan(0.005);
    // The shoelace formula for the four corners in percent.
    const corners = [
      [27.2, 41.24629080118694],
      [25.73333333333333, 70.62314540059347],
      [48.13333333333333, 62.61127596439169],
      [48.13333333333333, 32.93768545994065],
    ].map(([x, y]) => [x * 8, y * 5.01]);
    const twice = corners.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % 4];
      return sum + x * nextY - nextX * y;
    }, 0);
    expect(Math.abs(pixels(moon).Hello / (Math.abs(twice) / 2) - 1)).toBeLessThan(0.005);
  });
});

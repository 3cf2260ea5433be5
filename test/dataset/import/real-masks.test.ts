/** Real exports of CVAT and Roboflow, and masks with a colour table. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseColorTable, parseLabelMap } from '../../../lib/dataset/import/class-lists.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { importReal, labelsOf, pixels, type Sizes } from './import-real.js';

const temporary = temporaryFolder();

describeWithData('label_exports/cvat', 'CVAT', (root) => {
  it('masks in the colours of labelmap.txt', async () => {
    const report = await importReal(temporary, `${root}/segmask_animals`, {
      'tiger/00000053_512resized.png': [512, 512],
      'cheetah/00000044_512resized.png': [224, 224],
      'cheetah/00000087_512resized.png': [224, 224],
    });
    expect(report.format).toBe('cvat-masks');
    expect(pixels(report)).toEqual({
      background: 5352 + 31337 + 37795,
      cheetah: 18839 + 12381,
      tiger: 256792,
      fox: 0,
      hyena: 0,
      lion: 0,
      wolf: 0,
      ignored: 0,
    });
    expect(report.classes[1]).toMatchObject({ name: 'cheetah', value: 1, color: [224, 64, 64] });
    const missing = report.leftOut.filter(({ why }) => why.includes('there is no mask'));
    const listed = ['cheetah', 'fox', 'tiger'].flatMap((animal) =>
      ['train', 'val'].flatMap((split) =>
        readFileSync(
          `${root}/segmask_animals/data/${animal}/ImageSets/Segmentation/${split}.txt`,
          'utf8',
        )
          .split('\n')
          .filter((line) => line !== ''),
      ),
    );
    expect(missing).toHaveLength(listed.length - 3);
  });

  it('masks of one class, with a list of images of which most are missing', async () => {
    const report = await importReal(temporary, `${root}/segmask_tool`, {
      'SSI1.jpg': [1920, 1080],
      'SSI8.jpg': [1920, 1080],
    });
    const { tool, background } = pixels(report);
    expect({ tool, background }).toEqual({ tool: 26450 + 45158, background: 2047150 + 2028442 });
    expect(report.leftOut).toHaveLength(18);
    expect(report.splits).toEqual({ train: 1, val: 1 });
  });

  it('labelmap.txt of any length, with a background that is neither black nor first', () => {
    const lines = (name: string) =>
      readFileSync(`${root}/labelmap_only/${name}/labelmap.txt`, 'utf8')
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '');
    const satellite = parseLabelMap(lines('Ramhamer_Satellite_Segmentation'), 'a file');
    expect(satellite).toHaveLength(8);
    expect(satellite?.[1]).toMatchObject({ name: 'background', color: [97, 35, 35] });
    expect(satellite?.[3]).toMatchObject({ name: 'forest_land', color: [0, 255, 0] });
    expect(parseLabelMap(lines('Shankhanil_dataprep'), 'a file')).toHaveLength(456);
    expect(
      parseLabelMap(lines('Foundsheep_segmentation_02'), 'a file')?.map(({ name }) => name),
    ).toContain('background');
  });

  it('COCO with run lengths that are marked as crowds', async () => {
    const document = JSON.parse(
      readFileSync(`${root}/coco_logseg/annotations/instances_extra.json`, 'utf8'),
    ) as { images: { file_name: string }[] };
    const sizes = document.images.map(({ file_name: name }) => [name, [128, 128]] as const);
    const report = await importReal(temporary, `${root}/coco_logseg`, Object.fromEntries(sizes));
    expect(report.images).toBe(40);
    expect(pixels(report)).toEqual({ background: 639016, cut: 16344, empty: 0, ignored: 0 });
    expect(report.notes).toContain('images without any labelled pixel (11 times)');
    expect(report.notes).toContain(
      'images that are neither PNG nor JPEG: converted to PNG (40 times)',
    );
  });

  it('COCO with polygons that overlap, whose boxes and areas are wrong', async () => {
    const report = await importReal(temporary, `${root}/coco_carparts`, {
      '12Volt_041.jpg': [640, 480],
    });
    const map = await labelsOf(report, '12Volt_041');
    const own = (name: string) => {
      const value = report.classes.find((one) => one.name === name)?.value;
      return map.data.filter((one) => one === value).length;
    };
    const expected = {
      background: 186876,
      Bluetooth: 1195,
      'Center Console': 20800,
      'Driver Seat': 33084,
      'Front Left Door Panel': 1358,
      Odometer: 4665,
      'Passenger Seat': 24402,
      'Steering Wheel': 32001,
      Touchscreen: 2819,
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, own(name)]))).toEqual(
      expected,
    );
    expect(report.images).toBe(2); // one image is in the export
    expect(report.overlap).toContain('the smaller shows');
  });
});

describeWithData('label_exports/roboflow', 'Roboflow', (root) => {
  it('masks of values', async () => {
    const dhcn = await importReal(temporary, `${root}/semantic_dhcn`);
    expect(dhcn.format).toBe('roboflow-masks');
    expect(pixels(dhcn)).toMatchObject({
      background: 10880,
      cabinet: 16915,
      chair: 16995,
      door: 38421,
      railing: 16513,
      road: 270737,
      tree: 1918,
      wall: 37221,
      ignored: 0,
    });
    const scenes = await importReal(temporary, `${root}/semantic_scenes`);
    expect(pixels(scenes)).toMatchObject({
      background: 39382 + 42078,
      Grass: 60754 + 21021,
      Plants: 3903 + 10584,
      container: 1449,
      garage: 55072 + 70992,
      ground: 1098,
      'rail track': 24966,
      House: 41949,
    });
    expect(scenes.splits).toEqual({ train: 1, val: 1 });
  });

  it('COCO whose category 0 is no class although it is called like one', async () => {
    const report = await importReal(temporary, `${root}/coco_veins`);
    expect(report.classes.map(({ name }) => name)).toEqual(['background', 'midrib', 'vein']);
    expect(report.notes).toContain('category 0, "vein", has no annotation: not a class');
    expect(pixels(report)).toMatchObject({ background: 123075, midrib: 2051, vein: 5946 });
    const later = await importReal(temporary, `${root}/coco_veins`, {}, { overlap: 'later' });
    expect(pixels(later)).toMatchObject({ background: 123075, midrib: 2060, vein: 5937 });
  });

  it('COCO of which many images have no annotation: all background', async () => {
    const document = JSON.parse(
      readFileSync(`${root}/coco_tumor/test/_annotations.coco.json`, 'utf8'),
    ) as { images: { file_name: string }[] };
    const sizes = document.images.map(({ file_name: name }) => [name, [640, 640]] as const);
    const report = await importReal(temporary, `${root}/coco_tumor`, Object.fromEntries(sizes));
    expect(report.images).toBe(100);
    expect(report.notes).toContain('images without any labelled pixel (43 times)');
    expect(pixels(report)).toEqual({ background: 39211537, Tumor: 1748463, ignored: 0 });
  });

  it('boxes are refused', async () => {
    await expect(importReal(temporary, `${root}/coco_crack_boxonly`)).rejects.toThrow(
      /expected annotations with polygons or masks, got none; boxes cannot be trained on/,
    );
  });
});

describeWithData('label_exports/colour_masks', 'masks with a colour table', (root) => {
  it('say which colours no class has, and follow the choice', async () => {
    await expect(importReal(temporary, `${root}/hil3`)).rejects.toThrow(
      /got for (876 of 47724|890 of 49082) pixels: 255,255,255 \(8.. pixels, nearest is "aa"\)/,
    );
    const report = await importReal(temporary, `${root}/hil3`, {}, { unknownColors: 'ignore' });
    expect(report.format).toBe('color-masks');
    expect(pixels(report)).toEqual({
      batang: 46052 + 47077,
      giuk: 382 + 506,
      aa: 414 + 609,
      ignored: 876 + 890,
    });
    expect(report.notes.join()).toContain('255,255,255, which no class has: ignored (1766 times)');
  });

  it('take the nearest colour where all are off by one', async () => {
    const report = await importReal(
      temporary,
      `${root}/slag_class11`,
      { 'img_24.png': [1920, 1080], 'img_44.png': [1920, 1080] },
      { unknownColors: 'nearest' },
    );
    expect(pixels(report)).toMatchObject({
      Void: 1807741 + 1364074,
      slag: 227848 + 623296,
      iron_water: 38011,
      scraper: 86230,
      ignored: 0,
    });
  });

  it('of grey files, and of tables with the line ends of Windows', async () => {
    const sizes: Sizes = { '77.jpg': [512, 512], '13.jpg': [512, 512] };
    const nuclei = await importReal(temporary, `${root}/nuclei`, sizes);
    const board = await importReal(temporary, `${root}/board_crlf`, {
      '29100028602.jpg': [722, 536],
    });
    expect(pixels(board)).toEqual({ board: 175323, background: 211669, ignored: 0 });
    expect(pixels(nuclei)).toEqual({
      Background: 242826 + 239432,
      Nuclei: 19318 + 22712,
      ignored: 0,
    });
  });

  it('tables with blanks, further columns and any order', () => {
    const table = (file: string) =>
      parseColorTable(
        readFileSync(`${root}/class_dict_only/${file}`, 'utf8')
          .split(/\r?\n/)
          .map((line) => line.trim())
          .filter((line) => line !== ''),
        file,
      );
    const camvid = table('GeorgeSeif_CamVid32/CamVid/class_dict.csv');
    expect(camvid).toHaveLength(32);
    expect(camvid?.find(({ name }) => name === 'Bicyclist')?.color).toEqual([0, 128, 192]);
    for (const file of [
      'altimerk_drone/class_dict_seg.csv',
      'dxtprashant07_data/class_dict_seg.csv',
      'sky3139_BiSeNet/class_dict.csv',
      'vipingoyat_Road/class_dict.csv',
    ]) {
      const lines = readFileSync(`${root}/class_dict_only/${file}`, 'utf8').trim().split(/\r?\n/);
      expect(table(file), file).toHaveLength(lines.length - 1);
    }
  });
});

describeWithData('label_exports/datumaro_assets', 'what Datumaro writes', (root) => {
  it('colour tables of several spellings', async () => {
    const folders = [
      ['kaggle_dataset/image_mask_with_labelmap', 3],
      ['synthia_dataset/rand_custom_labelmap', 2],
      ['common_semantic_segmentation_dataset/dataset', 2],
      ['common_semantic_segmentation_dataset/non_standard_dataset', 2],
    ] as const;
    for (const [folder, images] of folders) {
      const report = await importReal(
        temporary,
        `${root}/${folder}`,
        {},
        { unknownColors: 'ignore' },
      );
      expect({ folder, format: report.format, images: report.images }).toEqual({
        folder,
        format: 'color-masks',
        images,
      });
    }
  });

  it('COCO with polygons and run lengths in one file, in two splits', async () => {
    const report = await importReal(temporary, `${root}/coco_dataset/coco_instances`);
    expect(report.classes.map(({ name }) => name)).toEqual(['background', 'a', 'b', 'c']);
    const map = await labelsOf(report, 'b');
    // [0, 20, 30] on 10 rows: the first two columns; the polygon has 2 pixels of them and is smaller.
    expect(map.data.filter((value) => value === 2)).toHaveLength(18);
    expect(map.data.filter((value) => value === 1)).toHaveLength(2);
  });

  it('formats that are not read say what to export', async () => {
    await expect(
      importReal(temporary, `${root}/cvat_dataset/for_images/export_project`),
    ).rejects.toThrow(/annotations.xml is "CVAT for images": export "Segmentation mask 1.1"/);
    await expect(importReal(temporary, `${root}/coco_dataset/coco_panoptic`)).rejects.toThrow(
      /panoptic/,
    );
    await expect(importReal(temporary, `${root}/segment_anything_dataset`)).rejects.toThrow(
      /expected the export of a labelling tool, got .*Looked for cvat-masks: labelmap.txt/,
    );
    await expect(importReal(temporary, `${root}/voc_dataset/voc_dataset2`)).rejects.toThrow(
      /Looked for/,
    );
    await expect(importReal(temporary, `${root}/labelme_dataset`)).rejects.toThrow(/Looked for/);
  });
});

it('a folder without any export is refused, and nothing is left', async () => {
  const folder = await writeTree(path.join(temporary, 'nothing'), { 'notes.txt': 'none' });
  await expect(importReal(temporary, folder)).rejects.toThrow(
    /got notes\.txt; pass the folder that the tool/,
  );
});

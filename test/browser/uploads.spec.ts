import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, type Locator, type Page, type TestInfo } from '@playwright/test';
import { filmBytes, filmDigest } from '../support/files/content.ts';
import { pdf, picture } from '../support/files/samples.ts';
import { callerAs, embedSample, openWindow, prepareWork, type Links } from './support/prepared.ts';
import { test } from './support/test.ts';
import type { World } from './support/world.ts';

const MIB = 1024 * 1024;
const FILM_SIZE = 24 * MIB;
const UPLOADS = '**/api/v1/uploads/**';

async function filmOnDisk(info: TestInfo, name: string, size: number): Promise<string> {
  const path = info.outputPath(name);
  await pipeline(Readable.from(filmBytes(size)), createWriteStream(path));
  expect((await stat(path)).size).toBe(size);
  return path;
}

/** The teacher's first module in a window of its own, ready to hand something in. */
async function openModule(page: Page, world: World): Promise<{ links: Links; attemptId: string }> {
  const links = embedSample(world);
  const work = { personId: 'teacher-1', text: 'Eleven left the unit out.', submit: false };
  const { attemptId } = await prepareWork(world, links, work);
  await openWindow(page, world, 'teacher-1', links.module);
  await expect(page.getByRole('button', { name: 'Check and submit' })).toBeVisible();
  return { links, attemptId };
}

const choose = (page: Page) => page.locator('.wm-add input[type=file]').first();
const row = (page: Page, name: string): Locator => page.locator('.wm-evidence', { hasText: name });

interface Evidence {
  name: string;
  size: number | null;
  sha256: string | null;
  state: string;
}

async function evidenceOf(world: World, links: Links, attemptId: string): Promise<Evidence[]> {
  const send = await callerAs(world, 'teacher-1', links.module);
  const { evidence } = (await send('GET', `/attempts/${attemptId}`)) as unknown as { evidence: Evidence[] };
  return evidence;
}

/** Holds each part back for a while, as a slow line would. */
async function slowDown(page: Page, milliseconds: number): Promise<void> {
  await page.route(UPLOADS, async (route) => {
    if (route.request().method() === 'PATCH') await new Promise((go) => setTimeout(go, milliseconds));
    await route.continue().catch(() => undefined);
  });
}

test('an upload of 24 MiB is paused, survives a reload, takes the same file only and arrives as it was', async ({
  page,
  world,
}, info) => {
  const { links, attemptId } = await openModule(page, world);
  const film = await filmOnDisk(info, 'Wednesday start.mp4', FILM_SIZE);
  const other = await filmOnDisk(info, 'Another one.mp4', FILM_SIZE - 1);
  await slowDown(page, 1_000);
  const upload = row(page, 'Wednesday start.mp4');

  await choose(page).setInputFiles(film);
  await expect(upload).toContainText(/^[^%]*(1|2|3|4|5|6)\d%/);
  await upload.getByRole('button', { name: /^Pause/ }).click();
  await expect(upload).toContainText(/Paused at /);
  await page.reload();
  await expect(upload).toContainText(/Stopped at .*Choose the same file again to continue/);

  await page.locator('.wm-pieces input[type=file]').setInputFiles(other);
  await expect(upload).toContainText(/That is a different file/);
  await page.unroute(UPLOADS);
  const parts: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH' && request.url().includes('/uploads/')) {
      parts.push(Number(request.headers()['upload-offset']));
    }
  });
  await page.locator('.wm-pieces input[type=file]').setInputFiles(film);

  await expect(upload).toContainText(/Video, .*Evidence for/);
  expect(parts[0], 'goes on where it was').toBeGreaterThan(0);
  expect(await evidenceOf(world, links, attemptId)).toContainEqual(
    expect.objectContaining({ size: FILM_SIZE, state: 'ready', sha256: filmDigest(FILM_SIZE) }),
  );
});

test('an upload is stopped and undone, stopped for good, and a program is refused with its way out', async ({
  page,
  world,
}, info) => {
  const { links, attemptId } = await openModule(page, world);
  const film = await filmOnDisk(info, 'Long film.mp4', FILM_SIZE);
  await slowDown(page, 1_000);
  const upload = row(page, 'Long film.mp4');
  await choose(page).setInputFiles(film);
  await expect(upload).toContainText(/%/);

  await upload.getByRole('button', { name: /^Stop and remove/ }).click();
  await upload.getByRole('button', { name: 'Undo' }).click();
  await expect(upload.getByRole('button', { name: /^Pause/ })).toBeVisible();
  await upload.getByRole('button', { name: /^Stop and remove/ }).click();
  await page.unroute(UPLOADS);
  // whoever leaves within the ten seconds has taken it out
  await page.reload();
  await expect(page.getByRole('button', { name: 'Check and submit' })).toBeVisible();
  await expect(upload).toHaveCount(0);

  const program = Buffer.concat([Buffer.from('#!/bin/sh\n'), Buffer.alloc(2000, 'echo\n')]);
  await choose(page).setInputFiles({ name: 'plan.pdf', mimeType: 'application/pdf', buffer: program });
  const refused = row(page, 'plan.pdf');
  await expect(refused).toContainText(/Hand in a .* instead|Save it as /);
  await refused.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText(/“plan\.pdf” is removed/).first()).toBeVisible();
  const names = async () => (await evidenceOf(world, links, attemptId)).map(({ name }) => name);
  await expect.poll(names).not.toContain('Long film.mp4');
});

/** A second of film as this browser records it. */
async function recordedFilm(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const ended = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let shade = 0; shade < 30; shade += 1) {
      if (context) context.fillStyle = `rgb(${shade * 8} 90 120)`;
      context?.fillRect(0, 0, canvas.width, canvas.height);
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
    recorder.stop();
    await ended;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return Buffer.from(bytes);
}

async function preview(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: `Options for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Preview' }).click();
  return page.getByRole('dialog', { name });
}

test('a picture, a PDF and a film are shown before they are handed in, the film by ranges', async ({
  page,
  world,
}) => {
  await openModule(page, world);
  const film = await recordedFilm(page);
  await choose(page).setInputFiles([
    { name: 'Board.png', mimeType: 'image/png', buffer: await picture().png().toBuffer() },
    { name: 'Plan.pdf', mimeType: 'application/pdf', buffer: pdf() },
    { name: 'Start.webm', mimeType: 'video/webm', buffer: film },
  ]);
  for (const name of ['Board.png', 'Plan.pdf', 'Start.webm']) {
    await expect(page.getByRole('button', { name: `Options for ${name}` })).toBeVisible();
  }

  const board = await preview(page, 'Board.png');
  await expect
    .poll(() => board.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  await page.keyboard.press('Escape');

  const answered = page.waitForResponse((response) => response.url().includes('/files/'));
  const plan = await preview(page, 'Plan.pdf');
  const reader = plan.locator('iframe');
  await expect(reader.or(plan.getByText(/download|Open/i)).first()).toBeVisible();
  if ((await reader.count()) > 0) expect((await answered).headers()['content-type']).toBe('application/pdf');
  else await expect(plan.getByText(/download|Open/i).first()).toBeVisible();
  await page.keyboard.press('Escape');

  const ranged = page.waitForResponse((response) => response.status() === 206);
  const start = await preview(page, 'Start.webm');
  const player = start.locator('video');
  expect((await ranged).headers()['content-range']).toMatch(/^bytes \d+-\d+\/\d+$/);
  await player.evaluate((video: HTMLVideoElement) => video.play());
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0.2);
});

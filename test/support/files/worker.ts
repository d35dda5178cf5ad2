import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import { createScanner } from '../../../server/features/artifacts/scanner/clamd.ts';
import { artifactApp, artifactDeps, listen } from './artifactServer.ts';
import { filmBytes } from './content.ts';

/** What the measuring process asks a worker to do: with our server, or with the plain driver on the same database. */
export type Order =
  | { do: 'serve'; clamdUrl?: string }
  | { do: 'driverUpload'; name: string; size: number }
  | { do: 'driverDownload'; name: string }
  | { do: 'driverDelete'; name: string }
  | { do: 'peak' };

/** `seconds`: duration of the driver's work; `peakMiB`: peak memory of this process. */
export interface Done {
  url?: string;
  seconds?: number;
  peakMiB?: number;
}

/** GridFS as its documentation shows it: default chunk size, upload and download streams, no digest. */
function plainBucket(): mongoose.mongo.GridFSBucket {
  const { db } = mongoose.connection;
  if (!db) throw new Error('not connected');
  return new mongoose.mongo.GridFSBucket(db, { bucketName: 'plain' });
}

async function timed(work: () => Promise<unknown>): Promise<Done> {
  const begin = performance.now();
  await work();
  return { seconds: (performance.now() - begin) / 1000 };
}

async function driverDelete(name: string): Promise<Done> {
  for await (const file of plainBucket().find({ filename: name })) await plainBucket().delete(file._id);
  return {};
}

function driverDownload(name: string): Promise<Done> {
  const nowhere = new Writable({ write: (_data, _encoding, next) => next() });
  return timed(() => pipeline(plainBucket().openDownloadStreamByName(name), nowhere));
}

async function serve(clamdUrl?: string): Promise<Done> {
  const scanner = clamdUrl === undefined ? {} : { scanner: createScanner({ clamdUrl }) };
  return { url: (await listen(artifactApp(artifactDeps(scanner)))).url };
}

async function obey(order: Order): Promise<Done> {
  switch (order.do) {
    case 'serve':
      return serve(order.clamdUrl);
    case 'driverUpload':
      return timed(() =>
        pipeline(
          Readable.from(filmBytes(order.size), { objectMode: false }),
          plainBucket().openUploadStream(order.name),
        ),
      );
    case 'driverDownload':
      return driverDownload(order.name);
    case 'driverDelete':
      return driverDelete(order.name);
    case 'peak':
      return { peakMiB: process.resourceUsage().maxRSS / 1024 };
  }
}

const [, , uri] = process.argv;
if (uri === undefined) throw new Error('worker.ts needs the URI of a database');
await connectDatabase(uri);
process.on('message', (order: Order) => {
  void obey(order).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.({});
await once(process, 'disconnect');
process.exit(0);

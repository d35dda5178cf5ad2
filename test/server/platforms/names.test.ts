import { expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import type { PlatformDoc } from '../../../server/lti/platform.model.ts';
import { useServices } from '../../support/services.ts';

useServices();

type Stored = Omit<PlatformDoc, 'nameFrom'>;
const stored = (change: Partial<Stored>): Stored => ({
  _id: 'p',
  issuer: 'https://lms.example',
  clientId: 'c',
  authUrl: 'https://lms.example/auth',
  tokenUrl: 'https://lms.example/token',
  tokenAudience: null,
  jwksUrl: 'https://lms.example/jwks',
  family: 'moodle',
  name: 'lms.example',
  addedOrigins: [],
  inviteId: 'i',
  institutionIdOnRegistration: 'x',
  autoApprove: false,
  state: 'active',
  createdAt: new Date(0),
  ...change,
});

test('platforms that were called by their host get the name of their make, and who named the others is noted', async () => {
  const platforms = mongoose.connection.collection<Stored & { nameFrom?: string }>('platforms');
  await platforms.insertMany([
    stored({ _id: 'host', clientId: '1' }),
    stored({ _id: 'unknown', clientId: '2', family: 'other' }),
    stored({ _id: 'own', clientId: '3', name: 'North schools', family: 'canvas' }),
    stored({ _id: 'typed', clientId: '4', name: 'Our Moodle', inviteId: null }),
  ]);

  const change = MIGRATIONS.find(({ id }) => id.endsWith('platform-names'));
  await change?.run();
  await change?.run();

  const names = await platforms.find({}).sort({ clientId: 1 }).toArray();
  expect(names.map(({ name, nameFrom }) => [name, nameFrom])).toEqual([
    ['Moodle', 'make'],
    ['lms.example', 'make'],
    ['North schools', 'platform'],
    ['Our Moodle', 'operator'],
  ]);
});

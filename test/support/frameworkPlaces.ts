import mongoose from 'mongoose';
import { sessionEndpoints } from '../../contract/sessions.ts';
import type { FrameworkAbout, ImportFramework } from '../../contract/frameworks.ts';
import { assignRole } from '../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../server/features/audit/audit.service.ts';
import {
  FrameworkVersionModel,
  type FrameworkVersionDoc,
} from '../../server/features/frameworks/framework.model.ts';
import type { AppWorld, Caller } from './app.ts';

/** An institution without frameworks, and who reads and imports them. */
export interface Place {
  institutionId: string;
  admin: Caller;
  designer: Caller;
}

/** Opens another institution. */
export async function openPlace(world: AppWorld): Promise<Place> {
  // each registers an LMS, and an address may do so a few times only
  await mongoose.connection.collection('limiter').deleteMany({});
  const { institutionId, launch, links } = await world.addDistrict();
  const admin = await launch('teacher-5', links.pathway);
  const personId = (await admin.call(sessionEndpoints.get)).body.person.id;
  await assignRole(world.deps, operatorOf(institutionId), { personId, role: 'admin', contextId: null });
  return { institutionId, admin, designer: await launch('designer', links.pathway) };
}

/** What is sent to import a table. */
export const toTable = (text: string, about: Partial<FrameworkAbout> = {}): ImportFramework => ({
  format: 'csv',
  file: Buffer.from(text).toString('base64'),
  about: {
    slug: 'tables',
    title: 'From a table',
    description: '',
    version: '1',
    language: 'en',
    licence: 'CC BY 4.0',
    source: 'Teacher 14',
    acknowledgement: '',
    levels: ['Start', 'Lead'],
    core: null,
    ...about,
  },
});

/** All versions of an institution's frameworks. */
export const versionsIn = (institutionId: string): Promise<FrameworkVersionDoc[]> =>
  FrameworkVersionModel.find({ institutionId }).sort({ frameworkKey: 1, n: 1 }).lean();

import { beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { claimName, type Claims } from '../support/testPlatform.ts';

const world = useLtiWorld();
const commands: string[] = [];

beforeAll(async () => {
  // the same connection once more, with its commands told
  await mongoose.disconnect();
  await mongoose.connect(world.database().uri, { monitorCommands: true, writeConcern: { w: 'majority' } });
  mongoose.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  await world.launch();
});

async function commandsOf(claims: (claims: Claims) => Claims): Promise<string[]> {
  commands.length = 0;
  const answered = await world.launch({ claims });
  expect(answered.status).toBe(200);
  return commands.filter((name) => !['hello', 'ping', 'endSessions'].includes(name));
}

describe('database commands of login and launch, caches warm', () => {
  test('4 for a known person in a known course', async () => {
    const used = await commandsOf((claims) => claims);

    expect(used).toEqual(['insert', 'findAndModify', 'aggregate', 'insert']);
  });

  test('6 for a new person', async () => {
    const used = await commandsOf((claims) => ({ ...claims, sub: 'new person' }));

    expect(used).toHaveLength(6);
  });

  test('8 where all is new', async () => {
    const used = await commandsOf((claims) => ({
      ...claims,
      sub: 'another',
      [claimName('context')]: { id: 'new course', title: 'New' },
      [claimName('resource_link')]: { id: 'new link' },
    }));

    expect(used).toHaveLength(8);
  });

  test('5 when only a name changed', async () => {
    const used = await commandsOf((claims) => ({ ...claims, name: 'Teacher 15' }));

    expect(used).toHaveLength(5);
  });

  test('4 for a deep linking request of a known person', async () => {
    const designer = (claims: Claims): Claims => ({
      ...claims,
      [claimName('message_type')]: 'LtiDeepLinkingRequest',
      [claimName('roles')]: ['Instructor'],
      'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': {
        deep_link_return_url: 'https://lms.example/return',
        accept_types: ['ltiResourceLink'],
      },
    });
    await commandsOf(designer);

    const used = await commandsOf(designer);

    expect(used).toHaveLength(4);
  });
});

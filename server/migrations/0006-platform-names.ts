import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import type { PlatformDoc } from '../lti/platform.model.ts';
import { productNameOf } from '../lti/registration.ts';
import { parseUrl } from '../url.ts';

type Stored = Omit<PlatformDoc, 'nameFrom'>;

function nameOf({ name, issuer, family, inviteId }: Stored): Pick<PlatformDoc, 'name' | 'nameFrom'> {
  const isHost = name === parseUrl(issuer)?.host;
  if (isHost) return { name: productNameOf(family, null, issuer), nameFrom: 'make' };
  return { name, nameFrom: inviteId === null ? 'operator' : 'platform' };
}

/** Platforms that were named after their host are named after their product, until a launch says what they call themselves. */
export const platformNames: Migration = {
  id: '0006-platform-names',
  async run() {
    const platforms = mongoose.connection.collection<Stored>('platforms');
    const open = platforms.find({ nameFrom: { $exists: false } });
    for await (const platform of open) {
      const { _id, name } = platform;
      await platforms.updateOne({ _id, name }, { $set: nameOf(platform) });
    }
  },
};

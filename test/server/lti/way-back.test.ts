import { describe, expect, test } from '@jest/globals';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { blockOf, useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName } from '../../support/testPlatform.ts';

const world = useLtiWorld();

/** Where a launch with that `return_url` of that LMS leads back to, by its session. */
async function wayBackOf(family: string, address: string): Promise<unknown> {
  await PlatformModel.updateOne({ _id: world.platformRow()._id }, { $set: { family } });
  world.tool().platforms.forget();
  const presentation = { [claimName('launch_presentation')]: { return_url: address } };
  const { text } = await world.launch({ claims: (claims) => ({ ...claims, ...presentation }) });
  const { bearer } = blockOf(text, 'waymark-session');
  const answered = await world.api('/session', { bearer: String(bearer) });
  return (JSON.parse(answered.text) as { frame: { returnUrl: unknown } }).frame.returnUrl;
}

describe('the way back to the course', () => {
  // with the key of a session that is over, that page shows an error instead of the course
  test.each([
    ['mod/lti/return.php?course=3&launch_container=5&instanceid=1&sesskey=k', 'course/view.php?id=3'],
    ['school/mod/lti/return.php?course=3&sesskey=k', 'school/course/view.php?id=3'],
  ])(
    'in Moodle is the course page, which opens whoever has signed in anew since (%s)',
    async (told, shown) => {
      const { issuer } = world.platform();

      expect(await wayBackOf('moodle', `${issuer}/${told}`)).toBe(`${issuer}/${shown}`);
    },
  );

  test.each([
    ['moodle', 'mod/lti/return.php?course=x&sesskey=k'],
    ['moodle', 'mod/lti/return.php?sesskey=k'],
    ['moodle', 'my/courses.php?course=3'],
    ['other', 'mod/lti/return.php?course=3&sesskey=k'],
  ])('is as the launch says where the course can’t be told from it (%s, %s)', async (family, told) => {
    const address = `${world.platform().issuer}/${told}`;

    expect(await wayBackOf(family, address)).toBe(address);
  });
});

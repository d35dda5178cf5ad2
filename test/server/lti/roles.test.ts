import { describe, expect, test } from '@jest/globals';
import { toLaunchRoles } from '../../../server/lti/roles.ts';

const LIS = 'http://purl.imsglobal.org/vocab/lis/v2';
const STAFF = ['designer', 'participant', 'reviewer'];

/** As these platforms send them: doc/api/canvas_roles.md, a Moodle 4.5 observed, a Schoology fixture. */
const CLAIM_SETS: [string, string[], { granted: string[]; instructor: boolean; practice?: boolean }][] = [
  [
    'Canvas student',
    [`${LIS}/institution/person#Student`, `${LIS}/membership#Learner`, `${LIS}/system/person#User`],
    { granted: ['participant'], instructor: false },
  ],
  [
    'Canvas teacher',
    [`${LIS}/institution/person#Instructor`, `${LIS}/membership#Instructor`, `${LIS}/system/person#User`],
    { granted: STAFF, instructor: true },
  ],
  [
    'Canvas teaching assistant',
    [
      `${LIS}/institution/person#Instructor`,
      `${LIS}/membership#Instructor`,
      `${LIS}/membership/Instructor#TeachingAssistant`,
      `${LIS}/system/person#User`,
    ],
    { granted: STAFF, instructor: true },
  ],
  [
    'Canvas designer',
    [
      `${LIS}/institution/person#Instructor`,
      `${LIS}/membership#ContentDeveloper`,
      `${LIS}/system/person#User`,
    ],
    { granted: ['designer', 'participant'], instructor: false },
  ],
  [
    'Canvas observer, a parent',
    [`${LIS}/institution/person#Observer`, `${LIS}/membership#Mentor`, `${LIS}/system/person#User`],
    { granted: [], instructor: false },
  ],
  [
    "Canvas' Student View",
    [`${LIS}/membership#Learner`, 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser'],
    { granted: ['participant'], instructor: false, practice: true },
  ],
  [
    'Canvas account admin without a role in the course',
    [`${LIS}/institution/person#Administrator`, `${LIS}/system/person#User`],
    { granted: ['designer', 'participant'], instructor: false },
  ],
  [
    'Canvas teacher elsewhere, without a role in this course',
    [`${LIS}/institution/person#Instructor`, `${LIS}/system/person#User`],
    { granted: ['participant'], instructor: false },
  ],
  ['Moodle student', [`${LIS}/membership#Learner`], { granted: ['participant'], instructor: false }],
  [
    'Moodle teacher, editing or not, or manager',
    [`${LIS}/membership#Instructor`],
    { granted: STAFF, instructor: true },
  ],
  [
    'Moodle site admin',
    [
      `${LIS}/institution/person#Administrator`,
      `${LIS}/membership#Instructor`,
      `${LIS}/system/person#Administrator`,
    ],
    { granted: STAFF, instructor: true },
  ],
  [
    'Schoology course member',
    [`${LIS}/institution/person#Student`, `${LIS}/membership#Learner`],
    { granted: ['participant'], instructor: false },
  ],
  [
    'Schoology course admin',
    [`${LIS}/institution/person#Faculty`, `${LIS}/membership#Instructor`],
    { granted: STAFF, instructor: true },
  ],
  [
    'short names',
    ['Learner', 'ContentDeveloper'],
    { granted: ['designer', 'participant'], instructor: false },
  ],
  [
    'a sub-role without its principal role',
    [`${LIS}/membership/Instructor#Grader`],
    { granted: STAFF, instructor: true },
  ],
  [
    'names that only look like roles',
    ['instructor', `${LIS}/membership#constructor`, `${LIS}/membership#`, 'toString', ''],
    { granted: ['participant'], instructor: false },
  ],
  ['nothing', [], { granted: ['participant'], instructor: false }],
];

describe('rights from the roles of a launch', () => {
  test.each(CLAIM_SETS)('%s', (_, roles, { granted, instructor, practice = false }) => {
    const launched = toLaunchRoles(roles, true);

    expect(launched).toMatchObject({ granted, isCourseInstructor: instructor, practice });
  });

  test('an administrator of the institution authors in a course only, not outside of any', () => {
    const launched = toLaunchRoles([`${LIS}/institution/person#Administrator`], false);

    expect(launched.granted).toEqual(['participant']);
  });

  test('no role of an LMS makes an admin or a reviewer of the institution', () => {
    const all = [
      `${LIS}/system/person#SysAdmin`,
      `${LIS}/institution/person#Administrator`,
      `${LIS}/membership#Administrator`,
      'admin',
      'reviewer',
    ];

    const launched = toLaunchRoles(all, true);

    expect(launched.granted).toEqual(['designer', 'participant']);
  });
});

import type { ErrorCode } from '../../../contract/errors.ts';
import type { RefusalFacts } from '../launchRefused.ts';

interface Words {
  title: string;
  text: string;
}

const AGAIN = 'Go back to the course page and open the link once more.';
const KEPT = 'Everything you wrote is kept.';
const IF_AGAIN = 'If it happens again, give the code below to your LMS admin.';

/** Title and two sentences for each code that a launch page can have. */
const WORDS: Partial<Record<ErrorCode, Words>> = {
  LAUNCH_EXPIRED: {
    title: 'This link took too long to open',
    text: `For your safety, a link from your course works for ten minutes. Go back to the course page and open it once more. ${KEPT}`,
  },
  LAUNCH_USED: {
    title: 'This page was already opened once',
    text: `For your safety, each opening of a link works once. ${AGAIN} ${KEPT}`,
  },
  LAUNCH_BINDING_MISSING: {
    title: 'Your browser keeps us apart',
    text: `It kept nothing for us on the way to your LMS and back, so we can't tell that it was you. ${AGAIN}`,
  },
  LAUNCH_DENIED_BY_LMS: {
    title: 'Your LMS did not let this open',
    text: `It may be that you are signed in there as someone else, or not any more. Sign in to your LMS and open the link once more.`,
  },
  LAUNCH_MALFORMED: {
    title: 'This link is not complete',
    text: `What your LMS sent us is not in the form that we can read, so nothing was opened. ${IF_AGAIN}`,
  },
  TOKEN_REFUSED: {
    title: "This launch can't be trusted",
    text: `What was sent to us does not fit together, so nothing was opened. ${AGAIN} ${IF_AGAIN}`,
  },
  CLOCK_OFF: {
    title: 'The clocks differ',
    text: 'The clock of your LMS is ahead of ours, so we can not tell whether this link is fresh. Your LMS admin can set it right; the code below says how.',
  },
  DEPLOYMENT_PENDING: {
    title: 'Almost there: an admin has to say yes once',
    text: 'This is the first time that this site opens Waymark, and its operator now has to approve it. Nothing for you to do: try the link again later.',
  },
  DEPLOYMENT_DISABLED: {
    title: 'Waymark is switched off here',
    text: 'Whoever runs Waymark for your school has switched off this connection. Your work is safe; ask them if you need it.',
  },
  PLATFORM_UNKNOWN: {
    title: 'This LMS is not connected yet',
    text: 'Waymark does not know the LMS that sent you. Its admin can connect it; the code below helps them.',
  },
  PLATFORM_AMBIGUOUS: {
    title: 'This LMS is connected more than once',
    text: 'The link does not say which connection it belongs to. Your LMS admin can mend that: the link has to send its client ID.',
  },
  NO_ROLE: {
    title: 'You are not in this course',
    text: 'Your LMS says that you look on here, as a parent or observer. Waymark is for those who work in the course.',
  },
  NO_PERSON: {
    title: 'The LMS did not say who you are',
    text: 'Waymark keeps your work under your account in the LMS, and it sent none. Sign in there, or ask your LMS admin to share the user ID with Waymark.',
  },
  LINK_GONE: {
    title: 'This module is no longer here',
    text: 'The link leads to something that was taken away. Everything you did in it is kept.',
  },
  RATE_LIMITED: {
    title: 'Too many tries at once',
    text: 'Many links failed to open from where you are. Wait a minute, then open the link in your course again.',
  },
  UNAVAILABLE: {
    title: 'Your LMS is not answering',
    text: `We asked it for its keys and got no answer, so nothing was opened. ${AGAIN}`,
  },
  INTERNAL: {
    title: 'Something broke on our side',
    text: `Your work is not affected. ${AGAIN}`,
  },
  INVITE_UNKNOWN: {
    title: 'This invitation is not known',
    text: 'It may have been cut off when it was copied, or it is older than a week. Ask whoever runs Waymark for a new one.',
  },
  INVITE_USED: {
    title: 'This invitation was already used',
    text: 'An invitation connects one LMS, once. Ask whoever runs Waymark for a new one.',
  },
  REGISTRATION_REFUSED: {
    title: 'The registration did not work',
    text: 'Your LMS and Waymark could not agree, and nothing was connected. The invitation is still good: try again, or give the code below to whoever runs Waymark.',
  },
};

/** Where one code has several reasons and a person should read which. */
const WORDS_BY_REASON: Readonly<Record<string, Words>> = {
  OPENID_CONFIGURATION_MISSING: {
    title: 'This address is for your LMS',
    text: 'Copy it from the address bar into your LMS, where a tool is registered dynamically. It is still good: opening it here used nothing up.',
  },
  DEEP_LINKING_BY_LEARNER: {
    title: 'Adding links is for those who run the course',
    text: 'Your LMS says that you take part in this course. Its teacher or designer can add Waymark links.',
  },
  SUBMISSION_REVIEW_BY_LEARNER: {
    title: 'This belongs to someone else',
    text: "Only reviewers of this course and its author can read someone's submission.",
  },
};

const FALLBACK: Words = {
  title: 'This did not open',
  text: `${AGAIN} ${IF_AGAIN}`,
};

function clockTitle(facts: RefusalFacts): string {
  const minutes = Math.max(1, Math.round(Number(facts['aheadSeconds'] ?? 0) / 60));
  return `The clocks differ by ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

/** Title and sentences of a refusal. */
export function wordsOf(code: ErrorCode, reason: string, facts: RefusalFacts): Words {
  const words = WORDS_BY_REASON[reason] ?? WORDS[code] ?? FALLBACK;
  return code === 'CLOCK_OFF' ? { ...words, title: clockTitle(facts) } : words;
}

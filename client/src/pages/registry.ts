import type { ComponentType } from 'react';
import type { Role } from '../../../contract/common.ts';
import type { Tab, TabId } from '../components/bar/tabs.ts';
import type { Namespace } from '../i18n/namespaces.ts';

interface Facts<Id extends string> {
  /** Below `/app/:key`, in react-router's form. */
  readonly path: string;
  /** The role under which the page is shown; null for pages that belong to none. */
  readonly role: Role | null;
  /** Its tab in the bar of its role. The tabs of a role have the order of this table; the first is where the role begins. */
  readonly tab?: TabId;
  /** Another role that has the tab, too; the page shows the bar of the role that the session has. */
  readonly alsoTabOf?: Role;
  /** Where its tab leads, below `/app/:key`, if its path needs an id that only the server knows. */
  readonly tabPath?: string;
  /** Areas of words that the page needs in addition to `common`; they load together with it. */
  readonly words: readonly Namespace[];
  /** Each page is a separate chunk. Null: it is part of the first load, in `pageCode.ts`. */
  readonly load: (() => Promise<ComponentType>) | null;
  /** Where its links lead, in addition to the other tabs of its role: that code is preloaded, so that they work without a network. */
  readonly leadsTo: readonly Id[];
}

/** Keeps the literal types; `leadsTo` can only name pages of the same table. */
const definePages = <const T extends Readonly<Record<keyof T, Facts<keyof T & string>>>>(pages: T): T =>
  pages;

/**
 * Every page of the client, in one entry each. Routes, tabs, roles, preloading, the pages that the browser tests visit and
 * docs/pages.md are derived from it: the comment of an entry is its line there (`npm run docs`). It loads nothing by itself.
 */
export const PAGES = definePages({
  home: {
    path: '',
    role: null,
    words: [],
    load: () => import('./HomePage.tsx').then((module) => module.HomePage),
    leadsTo: [],
  },
  /** **Welcome**: what is stored and who can see it; consent is given once */
  welcome: {
    path: 'welcome',
    role: null,
    words: ['welcome'],
    load: () => import('../features/sessions/WelcomePage.tsx').then((module) => module.WelcomePage),
    leadsTo: ['home', 'map', 'module'],
  },
  /** **Pathway**: what is done, where you are and what comes next; your week */
  map: {
    path: 'pathways/:enrolmentId',
    role: 'participant',
    tab: 'pathway',
    tabPath: '?to=map',
    words: ['map', 'grade'],
    load: () => import('../features/pathways/MapPage.tsx').then((module) => module.MapPage),
    leadsTo: ['home', 'module', 'newer', 'me'],
  },
  /** **Newer version**: what it changes and what becomes of one's work, to move to it or to stay */
  newer: {
    path: 'pathways/:enrolmentId/newer',
    role: 'participant',
    words: ['versions'],
    load: () => import('../features/pathways/NewerPage.tsx').then((module) => module.NewerPage),
    leadsTo: ['map', 'home', 'me'],
  },
  /** **Preview**: the same for people who design or run the course; enrols nobody */
  preview: {
    path: 'preview',
    role: 'designer',
    tab: 'preview',
    words: ['pathwayPreview'],
    load: () => import('../features/pathways/PreviewPage.tsx').then((module) => module.PreviewPage),
    leadsTo: ['previewModule', 'home', 'me'],
  },
  /** **Preview of a module**: as participants see it, with the rubric */
  previewModule: {
    path: 'preview/modules/:moduleKey',
    role: 'designer',
    words: ['pathwayPreview', 'module'],
    load: () =>
      import('../features/attempts/PreviewModulePage.tsx').then((module) => module.PreviewModulePage),
    leadsTo: ['preview', 'home', 'me'],
  },
  /** **Studio**: the pathways of the institution with their drafts */
  studio: {
    path: 'studio',
    role: 'designer',
    tab: 'studio',
    words: ['studio', 'lint'],
    load: () => import('../features/studio/StudioPage.tsx').then((module) => module.StudioPage),
    leadsTo: ['studioDraft', 'studioVersions', 'home', 'me'],
  },
  /** **Versions of a pathway**: what was published, who may move to it, what differs between two versions; retiring it */
  studioVersions: {
    path: 'studio/pathways/:pathwayKey/versions',
    role: 'designer',
    words: ['studio', 'versions'],
    load: () => import('../features/studio/VersionsPage.tsx').then((module) => module.VersionsPage),
    leadsTo: ['studio', 'home', 'me'],
  },
  /** **Draft of a pathway**: outline, form and preview; saves itself, and two people can write at once */
  studioDraft: {
    path: 'studio/:draftId',
    role: 'designer',
    words: ['studio', 'lint', 'module', 'pathwayPreview', 'versions'],
    load: () => import('../features/studio/StudioDraftPage.tsx').then((module) => module.StudioDraftPage),
    leadsTo: ['studioPreview', 'studio', 'home', 'me'],
  },
  /** **Preview of a draft**: as a teacher would see it, with every rule switchable; leaves no trace */
  studioPreview: {
    path: 'studio/:draftId/preview',
    role: 'designer',
    words: ['studio', 'lint', 'map', 'grade', 'module', 'pathwayPreview'],
    load: () =>
      import('../features/studio/preview/DraftPreviewPage.tsx').then((module) => module.DraftPreviewPage),
    leadsTo: ['studioDraft', 'home', 'me'],
  },
  /** **Module**: text, task, reflection and files, next to the rubric */
  module: {
    path: 'modules/:attemptId',
    role: 'participant',
    words: ['module', 'map', 'grade', 'preview'],
    load: () => import('../features/attempts/ModulePage.tsx').then((module) => module.ModulePage),
    leadsTo: ['check', 'submission', 'map', 'home', 'me'],
  },
  /** **Check and submit**: what is missing, and your self-assessment */
  check: {
    path: 'modules/:attemptId/check',
    role: 'participant',
    words: ['check'],
    load: () => import('../features/attempts/check/CheckPage.tsx').then((module) => module.CheckPage),
    leadsTo: ['module', 'submission', 'map', 'home', 'me'],
  },
  /** **Submission**: the receipt, with a fingerprint of each piece; taking it back */
  submission: {
    path: 'submissions/:submissionId',
    role: 'participant',
    words: ['submission'],
    load: () =>
      import('../features/attempts/submission/SubmissionPage.tsx').then((module) => module.SubmissionPage),
    leadsTo: ['module', 'map', 'home', 'me'],
  },
  /** **My data**: what is stored about you on this device and on the server */
  me: {
    path: 'me',
    role: null,
    words: ['me'],
    load: () => import('../features/sessions/MePage.tsx').then((module) => module.MePage),
    leadsTo: ['home', 'map'],
  },
  /** **Messages**: what happened with one's work, the newest first */
  messages: {
    path: 'messages',
    role: null,
    words: ['messages'],
    load: () => import('../features/messages/MessagesPage.tsx').then((module) => module.MessagesPage),
    leadsTo: ['home', 'map', 'me'],
  },
  /** **Reviews**: submissions waiting for review, ordered by due date */
  reviews: {
    path: 'reviews',
    role: 'reviewer',
    tab: 'reviews',
    words: ['reviews'],
    load: () => import('../features/reviews/QueuePage.tsx').then((module) => module.QueuePage),
    leadsTo: ['review', 'home', 'me'],
  },
  /** **Review**: evidence on the left, rubric on the right; works by keyboard */
  review: {
    path: 'reviews/:reviewId',
    role: 'reviewer',
    words: ['reviews', 'preview'],
    load: () => import('../features/reviews/ReviewPage.tsx').then((module) => module.ReviewPage),
    leadsTo: ['reviews', 'home', 'me'],
  },
  /** **Reviews for colleagues**: one submission at a time, given to people who have handed in the same module */
  peers: {
    path: 'peers',
    role: 'participant',
    words: ['reviews'],
    load: () => import('../features/reviews/PeersPage.tsx').then((module) => module.PeersPage),
    leadsTo: ['review', 'map', 'home', 'me'],
  },
  /** **Add to a course**: the deep linking picker ([in an LMS](pictures/picker.png)), shown here without a request from the LMS */
  pick: {
    path: 'pick',
    role: 'designer',
    words: ['pick'],
    load: () => import('../features/deepLinking/PickPage.tsx').then((module) => module.PickPage),
    leadsTo: [],
  },
  /** **Grades**: every score on its way to the LMS */
  deliveries: {
    path: 'admin/deliveries',
    role: 'admin',
    tab: 'grades',
    words: ['deliveries'],
    load: () => import('../features/grades/DeliveriesPage.tsx').then((module) => module.DeliveriesPage),
    leadsTo: ['home', 'me'],
  },
  /** **People**: roles granted by Waymark */
  people: {
    path: 'admin/people',
    role: 'admin',
    tab: 'people',
    words: ['people'],
    load: () => import('../features/assignments/PeoplePage.tsx').then((module) => module.PeoplePage),
    leadsTo: ['home', 'me'],
  },
  /** **Frameworks**: the frameworks of competencies that pathways are aligned to */
  frameworks: {
    path: 'frameworks',
    role: 'designer',
    tab: 'frameworks',
    alsoTabOf: 'admin',
    words: ['frameworks'],
    load: () => import('../features/frameworks/FrameworksPage.tsx').then((module) => module.FrameworksPage),
    leadsTo: ['framework', 'overlay', 'home', 'me'],
  },
  /** **Import of a framework**: a CASE package or a table, with every fault before anything is kept */
  frameworkImport: {
    path: 'frameworks/import',
    role: 'admin',
    words: ['frameworks'],
    load: () =>
      import('../features/frameworks/FrameworkImportPage.tsx').then((module) => module.FrameworkImportPage),
    leadsTo: ['frameworks', 'framework', 'home', 'me'],
  },
  /** **Framework**: a published version with its strands and items; what an overlay changes of its core */
  framework: {
    path: 'frameworks/:frameworkKey',
    role: 'designer',
    words: ['frameworks'],
    load: () => import('../features/frameworks/FrameworkPage.tsx').then((module) => module.FrameworkPage),
    leadsTo: ['frameworks', 'overlay', 'home', 'me'],
  },
  /** **Draft of an overlay**: own titles, targets and items beside those of the core; saves itself, and two people can write at once */
  overlay: {
    path: 'overlays/:overlayId',
    role: 'admin',
    words: ['overlays', 'frameworks'],
    load: () => import('../features/overlays/OverlayPage.tsx').then((module) => module.OverlayPage),
    leadsTo: ['frameworks', 'framework', 'home', 'me'],
  },
  /** **Session over**: after twelve hours, or after signing off */
  sessionOver: {
    path: 'session-over',
    role: null,
    words: [],
    // it is shown when nothing can be loaded any more
    load: null,
    leadsTo: [],
  },
});

export type PageId = keyof typeof PAGES;
export type PageFacts = Facts<PageId>;

export const PAGE_IDS = Object.keys(PAGES) as PageId[];

/** One page, as the code that treats all alike sees it. */
export const pageOf = (id: PageId): PageFacts => PAGES[id];

/** The roles whose tabs lead to a page. */
const rolesOf = ({ role, alsoTabOf }: PageFacts): Role[] =>
  [role, alsoTabOf ?? null].filter((one) => one !== null);

/** The tabs of all roles. */
export const TABS: readonly Tab[] = PAGE_IDS.map(pageOf).flatMap((page) => {
  const { tab, path, tabPath = path } = page;
  return tab === undefined ? [] : rolesOf(page).map((role) => ({ id: tab, role, path: tabPath }));
});

/** Pages whose code is preloaded on this page: the other tabs of its role, then where its links lead. */
export function nextPages(id: PageId): PageId[] {
  const { tab, leadsTo } = pageOf(id);
  const roles = rolesOf(pageOf(id));
  const others = PAGE_IDS.filter((other) => {
    const page = pageOf(other);
    return other !== id && page.tab !== undefined && rolesOf(page).some((role) => roles.includes(role));
  });
  return [...(tab === undefined ? [] : others), ...leadsTo];
}

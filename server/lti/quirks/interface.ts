import type { DeliveryReason } from '../../../contract/states.ts';

/** A refusal as a quirk object sees it: any response of a service that is not a success. */
export interface Refusal {
  service: 'score' | 'result' | 'lineItem' | 'roster';
  status: number;
  /** Sanitised, or '' if the LMS gave no message. */
  message: string;
  header(name: string): string | null;
  /** False if the token that was used is known to lack the service's scope. */
  scopeGranted: boolean;
}

export interface Verdict {
  reason: DeliveryReason;
  retryable: boolean;
  slowDown?: boolean;
  /** Set if the status suggests otherwise. */
  nothingDone?: boolean;
}

/** One score as it is sent, before an LMS's own extensions. */
export interface ScoreFacts {
  /** True only on the first try for this submission. */
  firstTry: boolean;
  /** What the LMS may open to show the work: the tool's launch URL. */
  launchUrl: string;
  submittedAt: Date | null;
  /** A person chose that ours replaces the result in the LMS. */
  forced: boolean;
}

/** The quirks of an LMS, one object each. Nothing else in the code asks which LMS it talks to. */
export interface Quirks {
  /** Simultaneous calls to one institution's LMS. 1: strictly one after the other, over all processes. */
  readonly parallel: number;
  /** True if a 200 does not mean that the score is in the gradebook. */
  readonly readsBack: boolean;
  /** True if `Link: rel=next` of line items can be followed. */
  readonly linkedPages: boolean;
  /**
   * Where the person returns to.
   *
   * @param returnUrl  `return_url` of the launch: absolute, and checked to be a page's
   */
  toReturnUrl(returnUrl: string): string;
  /** Members of the score besides the standard's. */
  scoreExtension(facts: ScoreFacts): Record<string, unknown>;
  judge(refusal: Refusal): Verdict;
  /** How long to leave the LMS alone after a response with these headers. */
  pauseMs(header: (name: string) => string | null): number;
}

/** The words of an area in one language, as a tree whose leaves are ICU messages. */
export interface WordTree {
  readonly [key: string]: string | WordTree;
}

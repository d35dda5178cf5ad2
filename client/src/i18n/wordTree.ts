/** What one language knows: the words of an area, as a tree whose leaves are ICU messages. */
export interface WordTree {
  readonly [key: string]: string | WordTree;
}

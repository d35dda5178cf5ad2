import { Component } from 'react';
import type { ErrorInfo, ReactNode } from 'react';
import { FailedPage } from './FailedPage.tsx';

interface Props {
  /** A change of it (another page) tries again. */
  place: string;
  children: ReactNode;
}

interface State {
  error: unknown;
  place: string;
}

/** One for each page: an error in it leaves the rest of the product intact. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { error: null, place: props.place };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // The browser's console is all there is here; the report API notifies whoever listens there.
    reportError(new Error(`A page failed${info.componentStack ?? ''}`, { cause: error }));
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    // not by reloading: what was typed and not sent may exist only in this window
    return <FailedPage error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

import { Component, type ReactNode } from "react";
import { useLocation } from "wouter";
import { ErrorState } from "../components/States";

type State = { error: unknown };

class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorState error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

/** A page that breaks leaves the rest of the window standing; another page starts afresh. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return <Boundary key={path.split("/")[1]}>{children}</Boundary>;
}

import { Component, type ComponentChildren, type JSX } from "preact";
import { say } from "../words/words";
import { Button } from "./button";
import { Empty } from "./empty";

/** A screen that fails takes the rest of the page not with it. */
export class ErrorEdge extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): JSX.Element {
    if (!this.state.failed) return <>{this.props.children}</>;
    return <Empty title={say("screen_failed")}><p>{say("failure_broken")}</p><Button onPress={() => this.setState({ failed: false })}>{say("try_again")}</Button></Empty>;
  }
}

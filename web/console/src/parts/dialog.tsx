import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../words/words";
import { Button } from "./button";

interface DialogProps {
  title: string;
  children: ComponentChildren;
  /** Escape, the cross, a press beside it. */
  onClose: () => void;
  /** Stands beside on a wide page instead of in the middle. */
  side?: boolean;
}

/** A modal dialog; the browser keeps the focus in it and gives it back. */
export function Dialog({ title, children, onClose, side }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  /** The press began beside it too: a selection that is dragged out of it ends there only. */
  const beside = useRef(false);
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={box} class={side ? "dialog side" : "dialog"} aria-labelledby={id} onCancel={(event) => {
      event.preventDefault();
      onClose();
    }} onPointerDown={(event) => {
      beside.current = event.target === box.current;
    }} onClick={(event) => {
      if (event.target === box.current && beside.current) onClose();
    }}>
      <div class="dialog_inside">
        <header>
          <h2 id={id}>{title}</h2>
          <Button kind="quiet" label={say("close_dialog")} onPress={onClose}><span aria-hidden="true">✕</span></Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  /** What it does, and what will be recorded of it. */
  children: ComponentChildren;
  act: string;
  danger?: boolean;
  onConfirm: () => unknown;
  onClose: () => void;
}

/** Asks once before something that takes away or reveals. */
export function Confirm({ title, children, act, danger, onConfirm, onClose }: ConfirmProps): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="row end">
        <Button onPress={onClose}>{say("cancel")}</Button>
        <Button kind={danger ? "danger" : "primary"} onPress={onConfirm}>{act}</Button>
      </div>
    </Dialog>
  );
}

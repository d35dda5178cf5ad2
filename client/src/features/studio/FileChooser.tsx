import { useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { Button } from '@mantine/core';

interface FileInputProps {
  input: RefObject<HTMLInputElement | null>;
  accept?: string;
  onChoose: (file: File) => void;
}

/** The browser's own dialog, opened by something else on the page. The same file can be chosen again. */
export function HiddenFileInput({ input, accept, onChoose }: FileInputProps) {
  return (
    <input
      ref={input}
      type="file"
      hidden
      tabIndex={-1}
      aria-hidden="true"
      {...(accept ? { accept } : {})}
      onChange={({ currentTarget }) => {
        const [file] = currentTarget.files ?? [];
        currentTarget.value = '';
        if (file) onChoose(file);
      }}
    />
  );
}

interface FileChooserProps {
  children: ReactNode;
  accept?: string;
  onChoose: (file: File) => void;
}

/** A button that lets somebody choose a file. */
export function FileChooser({ children, accept, onChoose }: FileChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <HiddenFileInput input={input} {...(accept ? { accept } : {})} onChoose={onChoose} />
      <Button size="sm" variant="default" onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}

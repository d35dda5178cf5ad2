import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import type { Editor } from '@tiptap/react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../dialog/Dialog.tsx';
import { TextField } from '../field/TextField.tsx';
import { toWebAddress } from '../field/webAddress.ts';

/** Turns the selected words into a link, changes it or removes it. */
export function EditorLinkDialog(props: { editor: Editor; opened: boolean; onClose: () => void }) {
  const { opened } = props;
  return opened ? <OpenLinkDialog {...props} /> : null;
}

function OpenLinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const { t } = useTranslation('module');
  const known = editor.getAttributes('link')['href'] as string | undefined;
  const [address, setAddress] = useState(known ?? '');
  const [faulty, setFaulty] = useState(false);
  const form = useId();

  const apply = () => {
    const href = toWebAddress(address);
    if (href === null) {
      setFaulty(true);
      return;
    }
    onClose();
    const chain = editor.chain().focus().extendMarkRange('link');
    if (editor.state.selection.empty && !known) {
      chain.insertContent([
        { type: 'text', text: address.trim(), marks: [{ type: 'link', attrs: { href } }] },
      ]);
    } else {
      chain.setLink({ href });
    }
    chain.run();
  };
  const takeAway = () => {
    onClose();
    editor.chain().focus().extendMarkRange('link').unsetLink().run();
  };
  return (
    <Dialog opened onClose={onClose} title={t('editor.link')} initialFocus="dialog">
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <TextField
          label={t('link.address')}
          type="text"
          inputMode="url"
          autoComplete="off"
          dir="ltr"
          value={address}
          onChange={setAddress}
          error={faulty ? t('link.faulty') : null}
        />
      </form>
      <div className="wm-dialog-actions">
        {known && (
          <Button variant="default" onClick={takeAway}>
            {t('editor.unlink')}
          </Button>
        )}
        <Button type="submit" form={form}>
          {t('editor.setLink')}
        </Button>
      </div>
    </Dialog>
  );
}

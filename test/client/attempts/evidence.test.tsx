import { DONE } from '../../../contract/common.ts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { requirementsOf } from '../../../contract/cycles.ts';
import { FileKind } from '../../../contract/evidence.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import {
  aDraft,
  aLink,
  aPiece,
  aReceipt,
  aReturned,
  attemptId,
  aWorkspace,
  idOf,
  moduleAt,
} from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

const at = `/modules/${attemptId}`;

afterEach(clearDevice);

describe('handing in on the module’s page', () => {
  test('shows files with their facts, and what stays in them', async () => {
    const film = aPiece({
      id: idOf(60),
      kind: 'video',
      name: 'Wednesday start.mp4',
      mediaType: 'video/mp4',
      notes: ['video_metadata_stays'],
    });
    const program = aPiece({
      id: idOf(61),
      name: 'setup.exe',
      state: 'refused',
      refusal: {
        code: 'program',
        message: 'This is a program, not a document. Hand in a PDF or a link instead.',
      },
    });
    await startApp(at, workServer(aWorkspace({ evidence: [film, program] })));
    await findEditor();

    expect(
      screen.getByText(/Videos can contain location and device details; we don’t remove them\./),
    ).toBeInTheDocument();
    expect(screen.getByText(/^This is a program, not a document/)).toBeInTheDocument();
    await expectAccessible();
  });

  test('says nothing of scanners, which whoever hands in can’t set up', async () => {
    const notes = ['not_scanned', 'too_large_to_scan', 'pdf_metadata_stays'];
    await startApp(at, workServer(aWorkspace({ evidence: [aPiece({ notes })] })));
    await findEditor();

    expect(screen.getByText(/PDFs can contain their author’s name/)).toBeInTheDocument();
    expect(screen.queryByText(/scan|virus/i)).toBeNull();
  });

  test('says of a file that can’t be checked just now that it waits, and lets it be taken out', async () => {
    const waiting = aPiece({ state: 'checking', notes: ['check_delayed'], previewable: false });
    await startApp(at, workServer(aWorkspace({ evidence: [waiting] })));
    await findEditor();

    expect(
      screen.getByText(/^It can’t be checked right now\. We try again by ourselves/),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Remove' })).toBeInTheDocument();
    await expectAccessible();
  });

  test('looks after a file that is being checked, until it is ready', async () => {
    const name = 'Plan.pdf';
    const server = workServer(aWorkspace({ evidence: [aPiece({ name, state: 'checking' })] }));
    const { api } = await startApp(at, server);
    await findEditor();
    expect(screen.getByText('Uploaded. Checking what kind of file it is…')).toBeInTheDocument();

    api.on(attemptEndpoints.workspace, () => aWorkspace({ evidence: [aPiece({ name })] }));

    const menu = { name: /^Options for Plan/ };
    expect(await screen.findByRole('button', menu)).toBeInTheDocument();
  }, 15_000);

  test('offers an upload of an earlier visit to go on with the same file only', async () => {
    const unfinished = aPiece({
      state: 'uploading',
      size: 66,
      uploadedBytes: 41,
      name: 'Film.mp4',
      previewable: false,
    });
    const { user, container } = await startApp(at, workServer(aWorkspace({ evidence: [unfinished] })));
    await screen.findByText('Stopped at 41 bytes of 66 bytes. Choose the same file again to continue.');

    const input = container.querySelector('.wm-pieces input[type=file]');
    await user.upload(input as HTMLInputElement, new File(['other'], 'Other.mp4'));

    expect(await screen.findByText(/^That is a different file/)).toBeInTheDocument();
  });

  test('takes a file out only after ten seconds, and back on the spot', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace({ evidence: [aPiece()] })));
    api.on(artifactEndpoints.removeArtifact, () => DONE);
    await findEditor();

    await user.click(screen.getByRole('button', { name: /^Options for Exit check/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    const taken = await screen.findByText(/is removed\.$/, { selector: 'span' });
    await user.click(screen.getByRole('button', { name: 'Undo' }));

    expect(taken).not.toBeInTheDocument();
    expect(screen.getByText('Exit check, four questions.pdf')).toBeInTheDocument();
    expect(api.bodiesOf(artifactEndpoints.removeArtifact)).toEqual([]);
  });

  test('lets a file go that was handed in and approved, and says what stays', async () => {
    const photo = aPiece({ kind: 'image', name: 'Class 7b.jpg', settled: true, handedIn: true });
    const { user, api } = await startApp(at, workServer(aReturned({ evidence: [photo] })));
    api.on(artifactEndpoints.removeArtifact, () => DONE);
    await findEditor();
    const settled = screen.getByText(
      /It is submitted again unless you remove it; the approval stays either way\.$/,
    );

    await user.click(screen.getByRole('button', { name: /^Options for Class 7b/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));

    expect(settled).not.toBeInTheDocument();
    expect(await screen.findByText(/What you submitted before keeps its copy\.$/)).toBeInTheDocument();
    await expectAccessible();
  });

  test('doesn’t show again what was taken out just before the page was loaded anew', async () => {
    const [gone, kept] = [
      aPiece({ id: idOf(60), name: 'Gone.pdf' }),
      aPiece({ id: idOf(61), name: 'Kept.pdf' }),
    ];
    let evidence = [gone, kept];
    const api = workServer(aWorkspace());
    api.on(attemptEndpoints.workspace, () => aWorkspace({ evidence }));
    const removed: string[] = [];
    api.on(artifactEndpoints.removeArtifact, ({ params: { id = '' } }) => {
      removed.push(id);
      evidence = [kept];
      return DONE;
    });
    sessionStorage.setItem(`wm:removing:${attemptId}`, gone.id);

    await startApp(at, api);
    await screen.findByText('Kept.pdf');

    expect(screen.queryByText('Gone.pdf')).not.toBeInTheDocument();
    await waitFor(() => expect(removed).toEqual([gone.id]));
    expect(screen.queryByText('Gone.pdf')).not.toBeInTheDocument();
  });

  test('hands nothing in that was just taken out, also within the ten seconds in which that can be undone', async () => {
    const work = aWorkspace({ drafts: [aDraft('All of it.')], missing: [], evidence: [aPiece()] });
    const order: string[] = [];
    const { user, api } = await startApp(at, workServer(work));
    api.on(attemptEndpoints.receipt, () => aReceipt());
    api.on(attemptEndpoints.submit, () => {
      order.push('submitted');
      return aReceipt();
    });
    let reachable = false;
    api.on(artifactEndpoints.removeArtifact, () => {
      if (!reachable) throw new Refusal('UNAVAILABLE');
      order.push('taken out');
      return DONE;
    });
    await findEditor();
    await user.click(screen.getByRole('button', { name: /^Options for Exit check/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    await user.click(screen.getByRole('button', { name: 'Check and submit' }));

    await user.click(await screen.findByRole('button', { name: 'Submit' }));
    const trouble = await screen.findByText(/^Not submitted yet: something you removed/);
    reachable = true;
    await user.click(screen.getByRole('button', { name: 'Submit' }));
    await waitFor(() => expect(order).toContain('submitted'));

    expect(trouble).not.toBeInTheDocument();
    expect(order).toEqual(['taken out', 'submitted']);
  });

  test('renames a link and says what it is for, for what is handed in next', async () => {
    const link = aLink({
      id: idOf(52),
      name: 'Mia’s check',
      url: 'https://example.org/x',
      handedIn: true,
    });
    const { user, api } = await startApp(at, workServer(aWorkspace({ evidence: [link] })));
    api.on(attemptEndpoints.changeLink, ({ body }) => ({ ...link, ...(body as { name: string }) }));
    await findEditor();

    await user.click(screen.getByRole('button', { name: /^Options for Mia/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Title and criteria' }));
    const note = screen.getByText(/What you submitted before stays as it was\.$/);
    await user.clear(screen.getByLabelText('Title'));
    await user.type(screen.getByLabelText('Title'), 'The check');
    await user.click(screen.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(note).not.toBeInTheDocument());
    expect(api.bodiesOf(attemptEndpoints.changeLink)).toMatchObject([
      { name: 'The check', criteria: link.criteria, requirementKey: null },
    ]);
  });

  test('says after the upload what a file is for', async () => {
    const [requirement] = requirementsOf(moduleAt(0));
    const kind = FileKind.parse(requirement?.kinds[0]);
    const piece = aPiece({ kind, requirementKey: null, criteria: [moduleAt(0).criteria[0]?.key ?? ''] });
    const { user, api } = await startApp(at, workServer(aWorkspace({ evidence: [piece] })));
    api.on(artifactEndpoints.changeArtifact, ({ body }) => ({
      id: piece.id,
      attemptId,
      clientId: idOf(51),
      name: piece.name,
      criteria: piece.criteria,
      requirementKey: (body as { requirementKey: string }).requirementKey,
      state: 'ready' as const,
      kind: 'pdf' as const,
      mediaType: 'application/pdf',
      size: 1,
      uploadedBytes: 1,
      sha256: 'a'.repeat(64),
      previewable: true,
      url: null,
      notes: [],
      refusal: null,
    }));
    await findEditor();

    await user.click(screen.getByRole('button', { name: /^Options for Exit check/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Title and criteria' }));
    await user.selectOptions(screen.getByLabelText('What it is for'), requirement?.title ?? '');
    await user.click(screen.getByRole('button', { name: 'Save' }));

    await waitFor(() => {
      expect(api.bodiesOf(artifactEndpoints.changeArtifact)).toMatchObject([
        { requirementKey: requirement?.key, criteria: expect.arrayContaining(requirement?.criteria ?? []) },
      ]);
    });
  });

  test('hands in a link with its name and criteria, and says what is wrong with an address', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    api.on(attemptEndpoints.addLink, ({ body }) => {
      const { url, name } = body as { url: string; name: string };
      return aLink({ url, name });
    });
    await findEditor();

    await user.click(screen.getAllByRole('button', { name: 'Link' }).at(-1) as HTMLElement);
    await user.type(screen.getByLabelText('Address'), 'not an address');
    await user.type(screen.getByLabelText('Title'), 'My check');
    await user.click(screen.getByRole('button', { name: 'Add it' }));
    const wrong = screen.getByText(/^That is not a web address/);
    await user.clear(screen.getByLabelText('Address'));
    await user.type(screen.getByLabelText('Address'), 'drive.example.org/check');
    await user.click(screen.getByRole('button', { name: 'Add it' }));

    expect(wrong).not.toBeInTheDocument();
    await waitFor(() => {
      expect(api.bodiesOf(attemptEndpoints.addLink)).toMatchObject([
        { url: 'https://drive.example.org/check', name: 'My check' },
      ]);
    });
  });
});

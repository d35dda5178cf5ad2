import { useTranslation } from 'react-i18next';
import {
  MAILS_PER_DAY,
  MESSAGE_KINDS,
  MessageChoice,
  messageEndpoints,
  MESSAGE_RULES,
  QUIET_HOURS,
} from '../../../../contract/messages.ts';
import type { MessageKind, MessageSettings } from '../../../../contract/messages.ts';
import type { Role } from '../../../../contract/common.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';

/** Kinds that come to people of some roles only. */
const ROLE_OF: Partial<Record<(typeof MESSAGE_RULES)[MessageKind]['to'], Role>> = {
  reviewers: 'reviewer',
  admins: 'admin',
};

/** Whether there is e-mail for this person, and if not, why. */
function MailNote({ settings }: { settings: MessageSettings }) {
  const { t } = useTranslation('me');
  const { roles } = useSession();
  const { email, isRefused, isMailSetUp, agreedBeforeMail } = settings;
  if (!isMailSetUp)
    return <p>{t(roles.includes('admin') ? 'messages.notSetUpAdmin' : 'messages.notSetUp')}</p>;
  if (email === null) return <p>{t('messages.noAddress')}</p>;
  if (isRefused) return <p>{t('messages.refused', { email })}</p>;
  const { from, until } = QUIET_HOURS;
  return (
    <>
      {agreedBeforeMail && <p>{t('messages.beforeMail')}</p>}
      <p className="wm-small">{t('messages.toAddress', { email, from, until, most: MAILS_PER_DAY })}</p>
    </>
  );
}

function Choices({ settings }: { settings: MessageSettings }) {
  const { t } = useTranslation('me');
  const { roles } = useSession();
  const change = useSend(messageEndpoints.changeSettings, {
    refreshes: [messageEndpoints.settings, messageEndpoints.unread, messageEndpoints.list],
  });
  const hasMail = settings.isMailSetUp && settings.email !== null;
  const offered = MessageChoice.options.filter((choice) => hasMail || choice !== 'mail');
  const kinds = MESSAGE_KINDS.filter((kind) => {
    const role = ROLE_OF[MESSAGE_RULES[kind].to];
    return role === undefined || roles.includes(role);
  });
  const chosen = (kind: MessageKind): MessageChoice =>
    offered.includes(settings.choices[kind]) ? settings.choices[kind] : 'inbox';
  return (
    <>
      <MailNote settings={settings} />
      {kinds.map((kind) => (
        <SelectField<MessageChoice>
          key={kind}
          label={t(`messages.kinds.${kind}`)}
          value={chosen(kind)}
          choices={offered.map((value) => ({ value, label: t(`messages.choices.${value}`) }))}
          onChange={(choice) => change.send({ body: { choices: { [kind]: choice } } })}
        />
      ))}
      <p className="wm-small" role="status">
        {change.isSuccess && t('messages.saved')}
      </p>
      {change.error && <Failed error={change.error} title={t('messages.failed')} />}
    </>
  );
}

/** How the person gets each kind of message; each choice is saved at once. */
export function MessageChoices() {
  const { t } = useTranslation('me');
  const settings = useLoad(messageEndpoints.settings, {});
  return (
    <section>
      <h2>{t('messages.title')}</h2>
      <p className="wm-small">{t('messages.help')}</p>
      <Loaded query={settings} skeleton="rows">
        {(data) => <Choices settings={data} />}
      </Loaded>
    </section>
  );
}

import { createContext, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  formatBytes,
  formatChoices,
  formatDay,
  formatList,
  formatLongDay,
  formatMinutes,
  formatNumber,
  formatShortDay,
  formatTime,
  isSameDay,
} from './format.ts';
import type { FormatContext } from './format.ts';
import { formatLocale } from './languages.ts';

const SessionPlace = createContext<{ locale: string | null; zone: string }>({ locale: null, zone: 'UTC' });

/** Passes the session's locale and the institution's time zone to `useFormat`. */
export function FormatProvider(props: { locale: string | null; zone: string; children: ReactNode }) {
  const { locale, zone, children } = props;
  const place = useMemo(() => ({ locale, zone }), [locale, zone]);
  return <SessionPlace value={place}>{children}</SessionPlace>;
}

/** Formatters for dates, times, amounts and lists in the session's locale and the institution's time zone. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const place = useContext(SessionPlace);
  return useMemo(() => {
    const locale = formatLocale(i18n.language, place.locale);
    const context: FormatContext = { locale, zone: place.zone };
    type Moment = string | Date;
    return {
      locale,
      day: (moment: Moment) => formatDay(context, moment),
      shortDay: (moment: Moment) => formatShortDay(context, moment),
      longDay: (moment: Moment) => formatLongDay(context, moment),
      time: (moment: Moment) => formatTime(context, moment),
      /** "today, 07:52" or "Fri 4 Dec, 07:52". */
      moment: (moment: Moment) => {
        const time = formatTime(context, moment);
        return isSameDay(context, moment, new Date())
          ? t('moment.today', { time })
          : t('moment.day', { day: formatDay(context, moment), time });
      },
      isToday: (moment: Moment) => isSameDay(context, moment, new Date()),
      minutes: (minutes: number) => formatMinutes(t, minutes),
      bytes: (bytes: number) => formatBytes(locale, bytes),
      list: (items: readonly string[]) => formatList(locale, items),
      choices: (items: readonly string[]) => formatChoices(locale, items),
      number: (value: number) => formatNumber(locale, value),
    };
  }, [t, i18n.language, place]);
}

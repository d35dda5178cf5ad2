/**
 * HTML as word processors and pages put it on the clipboard, shortened to what matters: their wrappers, classes, styles and conditional
 * comments are as they write them.
 */
export interface Sample {
  readonly from: string;
  readonly html: string;
  /** The text as an outline: "- " and "1. " for items, "## " for headings, `*bold*`, `_italic_`, `[text](address)`. */
  readonly text: string;
}

const WORD_HEAD = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/t/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- @font-face {font-family:Symbol;} p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-number-format:bullet;} --></style>
<!--[if gte mso 10]><style>table.MsoNormalTable {mso-style-name:"Table Normal";}</style><![endif]--></head>
<body lang=EN-GB style='tab-interval:36.0pt;word-wrap:break-word'><!--StartFragment-->`;
const WORD_FOOT = '<!--EndFragment--></body></html>';
const gap = (n: number) => `<span style='font:7.0pt "Times New Roman"'>${'&nbsp;'.repeat(n)} </span>`;

/** One item of a list as Word on a desktop writes it. */
function wordItem(place: 'First' | 'Middle' | 'Last', level: number, sign: string, text: string): string {
  return `<p class=MsoListParagraphCxSp${place} style='margin-left:${level * 36}.0pt;mso-add-space:auto;text-indent:-18.0pt;mso-list:l0 level${level} lfo1'><![if !supportLists]><span lang=EN-US
style='font-family:Symbol;mso-fareast-font-family:Symbol;mso-bidi-font-family:Symbol'><span style='mso-list:Ignore'>${sign}${gap(7)}</span></span><![endif]><span lang=EN-US>${text}<o:p></o:p></span></p>
`;
}

/** One item as Word in a browser writes it: a list of its own. */
function onlineItem(list: 'ul' | 'ol', level: number, start: number, text: string): string {
  return `<div class="ListContainerWrapper SCXW1 BCX0"><${list} class="BulletListStyle1 SCXW1 BCX0" role="list" start="${start}"><li class="OutlineElement Ltr SCXW1 BCX0" data-leveltext="" data-font="Symbol" data-listid="2" data-aria-posinset="${start}" data-aria-level="${level}" role="listitem"><p class="Paragraph SCXW1 BCX0"><span data-contrast="auto" class="TextRun SCXW1 BCX0"><span class="NormalTextRun SCXW1 BCX0">${text}</span></span><span class="EOP SCXW1 BCX0" data-ccp-props="{}">&nbsp;</span></p></li></${list}></div>`;
}

const googleSpan = (text: string, more = '') =>
  `<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;font-style:normal;font-variant:normal;text-decoration:none;vertical-align:baseline;white-space:pre;white-space:pre-wrap;${more}">${text}</span>`;
const googleItem = (level: number, text: string, sign = 'disc') =>
  `<li dir="ltr" style="list-style-type:${sign};font-size:11pt;white-space:pre" aria-level="${level}"><p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;" role="presentation">${googleSpan(text)}</p></li>`;
const google = (inner: string) =>
  `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1c5a3f0e-7fff-4d0b-9a51-0f8b6c1b2a3d">${inner}</b><br class="Apple-interchange-newline">`;

export const SAMPLES: readonly Sample[] = [
  {
    from: 'Word: a list with a list in it',
    html: `${WORD_HEAD}<p class=MsoNormal>What I saw:<o:p></o:p></p>${wordItem('First', 1, '·', 'Eleven left the unit out')}${wordItem('Middle', 2, 'o', 'four of them twice')}${wordItem('Middle', 2, 'o', 'one wrote &quot;g&quot;')}${wordItem('Last', 1, '·', 'Nine had it')}<p class=MsoNormal>Then we spoke.<o:p></o:p></p>${WORD_FOOT}`,
    text: 'What I saw:\n- Eleven left the unit out\n  - four of them twice\n  - one wrote "g"\n- Nine had it\nThen we spoke.',
  },
  {
    from: 'Word: numbers that go on at 3, with letters below',
    html: `${WORD_HEAD}${wordItem('First', 1, '3.', 'Ask')}${wordItem('Middle', 2, 'a)', 'one')}${wordItem('Middle', 2, 'b)', 'two')}${wordItem('Last', 1, '4.', 'Wait')}${WORD_FOOT}`,
    text: '3. Ask\n  1. one\n  2. two\n4. Wait',
  },
  {
    from: 'Word: signs, then numbers, on one level',
    html: `${WORD_HEAD}${wordItem('First', 1, '·', 'a sign')}${wordItem('Last', 1, '1.', 'a number')}${WORD_FOOT}`,
    text: '- a sign\n1. a number',
  },
  {
    from: 'Word: supportLists as a real comment, no marked sign',
    html: `${WORD_HEAD}<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span style='font-family:Symbol'>·</span><!--[endif]--><span>Only one</span></p>${WORD_FOOT}`,
    text: '- Only one',
  },
  {
    from: 'Word: headings, a title, bold, italic and a link',
    html: `${WORD_HEAD}<p class=MsoTitle>My lesson<o:p></o:p></p><h1>Before</h1><p class=MsoNormal>It was <b style='mso-bidi-font-weight:normal'>very</b> <i>quiet</i>, see <a href="https://example.org/x"><span style='color:#0563C1'>the page</span></a>.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><h4>After</h4>${WORD_FOOT}`,
    text: '## My lesson\n## Before\nIt was *very* _quiet_, see [the page](https://example.org/x).\n### After',
  },
  {
    from: 'Word: a table',
    html: `${WORD_HEAD}<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0><tr><td width=200 valign=top><p class=MsoNormal><b>Group<o:p></o:p></b></p></td><td><p class=MsoNormal><b>Before<o:p></o:p></b></p></td><td><p class=MsoNormal><b>After<o:p></o:p></b></p></td></tr><tr><td><p class=MsoNormal>7b<o:p></o:p></p></td><td><p class=MsoNormal><o:p>&nbsp;</o:p></p></td><td><p class=MsoNormal>9<o:p></o:p></p></td></tr></table>${WORD_FOOT}`,
    text: '*Group* | *Before* | *After*\n7b | | 9',
  },
  {
    from: 'Word: a table with a list in a cell',
    html: `${WORD_HEAD}<table class=MsoTableGrid><tr><td><p class=MsoNormal>Steps</p></td><td>${wordItem('First', 1, '·', 'ask')}${wordItem('Last', 1, '·', 'wait')}</td></tr></table>${WORD_FOOT}`,
    text: 'Steps\n- ask\n- wait',
  },
  {
    from: 'Word in a browser: a list of many lists',
    html: `<div class="OutlineElement Ltr SCXW1 BCX0"><p class="Paragraph SCXW1 BCX0"><span class="TextRun SCXW1 BCX0"><span class="NormalTextRun">What I saw:</span></span><span class="EOP SCXW1 BCX0">&nbsp;</span></p></div>${onlineItem('ul', 1, 1, 'Eleven')}${onlineItem('ul', 2, 1, 'four twice')}${onlineItem('ul', 1, 2, 'Nine')}${onlineItem('ol', 1, 5, 'Fifth')}${onlineItem('ol', 1, 6, 'Sixth')}`,
    text: 'What I saw:\n- Eleven\n  - four twice\n- Nine\n5. Fifth\n6. Sixth',
  },
  {
    from: 'Google Docs: a list in a list, beside the item that it belongs to',
    html: google(
      `<p dir="ltr">${googleSpan('What I saw:')}</p><ul style="margin-top:0;margin-bottom:0;padding-inline-start:48px;">${googleItem(1, 'Eleven left the unit out')}<ul style="margin-top:0;">${googleItem(2, 'four of them twice', 'circle')}<ul>${googleItem(3, 'on paper', 'square')}</ul></ul>${googleItem(1, 'Nine had it')}</ul><br /><p dir="ltr">${googleSpan('Then we spoke.')}</p>`,
    ),
    text: 'What I saw:\n- Eleven left the unit out\n  - four of them twice\n    - on paper\n- Nine had it\nThen we spoke.',
  },
  {
    from: 'Google Docs: nothing is bold but what was, a heading, a link',
    html: google(
      `<h1 dir="ltr">${googleSpan('My lesson')}</h1><p dir="ltr">${googleSpan('It was ')}${googleSpan('very', 'font-weight:700')}${googleSpan(' ')}${googleSpan('quiet', 'font-style:italic')}${googleSpan(', see ')}<a href="https://example.org/x" style="text-decoration:none;">${googleSpan('the page', 'text-decoration:underline')}</a>${googleSpan('.')}</p>`,
    ),
    text: '## My lesson\nIt was *very* _quiet_, see [the page](https://example.org/x).',
  },
  {
    from: 'Google Docs: a table',
    html: google(
      `<div dir="ltr" style="margin-left:0pt;" align="left"><table style="border:none;border-collapse:collapse;"><colgroup><col width="300" /><col width="300" /></colgroup><tbody><tr style="height:0pt"><td style="border:solid #000 1pt;"><p dir="ltr">${googleSpan('Group')}</p></td><td><p dir="ltr">${googleSpan('After')}</p></td></tr><tr><td><p dir="ltr">${googleSpan('7b')}</p></td><td><p dir="ltr">${googleSpan('9')}</p></td></tr></tbody></table></div><br />`,
    ),
    text: 'Group | After\n7b | 9',
  },
  {
    from: 'Google Docs: a picture whose address is elsewhere',
    html: google(
      `<p dir="ltr">${googleSpan('Before')}<span style="border:none;display:inline-block;overflow:hidden;"><img src="https://lh7-rt.googleusercontent.com/docsz/AD_4nX" width="602" height="338" /></span>${googleSpan('after')}</p>`,
    ),
    text: 'Beforeafter',
  },
  {
    from: 'LibreOffice: a list in a list',
    html: '<html><head><style type="text/css">p { margin-bottom: 0.25cm }</style></head><body lang="en-GB" dir="ltr"><ul><li><p style="line-height: 100%">One</p><ul><li><p>Two</p></li></ul></li><li><p>Three</p></li></ul></body></html>',
    text: '- One\n  - Two\n- Three',
  },
  {
    from: 'a page: scripts, styles, forms and inner frames',
    html: '<p onclick="x()">Text<script>alert(1)</script><style>p{}</style></p><form><input value="no"><button>No</button></form><iframe src="https://example.org"></iframe><p><a href="javascript:alert(1)">no address</a></p>',
    text: 'Text\nno address',
  },
  {
    from: 'a page: a table for the layout, with a table in it',
    html: '<table><tr><td><p>Over it</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>',
    text: 'Over it\na | b\n1 | 2',
  },
];

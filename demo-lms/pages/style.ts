/** The look of the LMS: sober, slate and blue, nothing of the tools that it shows. */
export const STYLE = `
:root{--ink:#1d2730;--soft:#4a5865;--line:#c9d1d9;--head:#24364b;--link:#1b4f9c;--ground:#f3f5f7;--bad:#a4161a;--good:#1c6b3c}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 Arial,"Liberation Sans","Helvetica Neue",sans-serif;color:var(--ink);background:var(--ground)}
a{color:var(--link)}
:focus-visible{outline:3px solid #e07a00;outline-offset:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:#fff;padding:8px;z-index:9}
.top{background:var(--head);color:#fff;display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center;padding:8px 16px}
.top a{color:#fff}.brand{font-weight:700;font-size:18px;text-decoration:none;letter-spacing:.2px}
.top nav{display:flex;flex-wrap:wrap;gap:4px 16px;flex:1}
.top nav a{padding:6px 0}
.acting{display:flex;gap:8px;align-items:center;margin:0}
.acting select{max-width:46vw}
.shell{max-width:1240px;margin:0 auto;padding:16px;display:block}
.crumbs{font-size:14px;margin:0 0 4px;color:var(--soft)}
.tabs{display:flex;flex-wrap:wrap;gap:0 4px;border-bottom:1px solid var(--line);margin-bottom:16px}
.tabs a{padding:8px 14px;text-decoration:none;border-bottom:3px solid transparent}
.tabs a[aria-current]{border-color:var(--link);color:var(--ink);font-weight:700}
main{background:#fff;border:1px solid var(--line);border-radius:6px;padding:20px}
h1{font-size:24px;line-height:1.25;margin:0 0 12px}h2{font-size:19px;margin:24px 0 8px}h3{font-size:16px;margin:16px 0 4px}
p{max-width:72ch}
.hint{color:var(--soft);font-size:14px}
button,.button{font:inherit;display:inline-block;min-height:36px;padding:6px 14px;border:1px solid var(--link);border-radius:4px;background:#fff;color:var(--link);cursor:pointer;text-decoration:none}
button.main,.button.main{background:var(--link);color:#fff}
button.danger{border-color:var(--bad);color:var(--bad)}
input,select,textarea{font:inherit;padding:6px 8px;min-height:36px;border:1px solid #76838f;border-radius:4px;background:#fff;color:var(--ink);max-width:100%}
input[type=checkbox],input[type=radio]{min-height:0;width:20px;height:20px;vertical-align:middle}
textarea{width:100%}
.field{margin:0 0 14px}.field label{display:block;font-weight:700;margin-bottom:2px}.field input:not([type=checkbox]),.field select{width:min(100%,560px)}
.field.check label{display:inline;font-weight:400}
.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
form.inline{display:inline}
ul.list{list-style:none;margin:0;padding:0;border-top:1px solid var(--line)}
ul.list>li{padding:12px 0;border-bottom:1px solid var(--line)}
.title{font-weight:700;font-size:17px}
.chip{display:inline-block;font-size:13px;padding:1px 8px;border-radius:10px;background:#e6ebf0;color:var(--ink)}
.chip.warn{background:#fdebc8;color:#5c3b00}
.note{border-left:4px solid var(--link);background:#eaf1fb;padding:10px 14px;margin:0 0 16px}
.note.bad{border-color:var(--bad);background:#fdeeee}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:15px}
th,td{border-bottom:1px solid var(--line);text-align:left;padding:8px;vertical-align:top}
thead th{background:#eef1f4}
summary{cursor:pointer;min-height:24px}details>form,details>a{margin:6px 4px 0 0}
code{font-family:"DejaVu Sans Mono",Menlo,monospace;font-size:13px;overflow-wrap:anywhere}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.tool-frame{display:block;background:#fff;width:100%;border:0;height:max(450px,calc(100vh - 300px))}
.people{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:8px;list-style:none;padding:0}
.people a{display:block;padding:12px;border:1px solid var(--line);border-radius:4px;text-decoration:none}
dialog{width:min(960px,96vw);height:min(760px,92vh);padding:0;border:1px solid #76838f;border-radius:6px}
dialog .bar{display:flex;justify-content:space-between;align-items:center;padding:8px 12px;border-bottom:1px solid var(--line)}
dialog h2{margin:0}dialog iframe{width:100%;height:calc(100% - 56px);border:0}
.register-frame{width:100%;height:520px;border:1px solid var(--line)}
@media(max-width:700px){.shell{padding:9px}main{padding:14px}dl.facts{grid-template-columns:1fr}}
body.moodle main.embed,body.plain main.embed,body.schoology main.embed{padding:0;border:0;background:none}
body.moodle .shell.embed{max-width:901px;padding:9px}
body.moodle .tool-frame{height:max(472px,calc(100vh - 428px))}
@media(max-width:700px){body.moodle .tool-frame{height:calc(100vh - 251px);min-height:450px}}
body.canvas main.embed{padding:0;border:0;border-radius:0;min-width:0}
body.canvas .tool-frame{height:600px;background:#fff}
@media(min-width:900px){
body.canvas .shell.course{max-width:none;display:grid;grid-template-columns:178px minmax(0,1fr);column-gap:16px;grid-template-rows:auto 1fr}
body.canvas .shell.course .crumbs{grid-column:1/3}
body.canvas .tabs{flex-direction:column;border:0;align-self:start}
body.canvas .tabs a{border:0;border-left:3px solid transparent}
body.canvas .tabs a[aria-current]{border-color:var(--ink)}}
.embed h1{font-size:20px;padding:0 0 8px}
.bare-note{padding:12px}
`;

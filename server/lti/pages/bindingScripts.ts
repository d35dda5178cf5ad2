/**
 * Scripts of the login page and of the page that looks for the binding. Plain, old JavaScript in one string each: it is sent
 * inline with a nonce, before anything is loaded, to whatever browser an LMS app embeds.
 */

/** Platform storage (LTI Client Side postMessages): asks the frame that the login named, and only at the platform's origin. */
const PLATFORM_STORAGE = `
var d=JSON.parse(document.getElementById('lti').textContent);
function ask(message,done){
  var over=false;
  function end(data){if(over)return;over=true;removeEventListener('message',hear);clearTimeout(timer);done(data)}
  function hear(e){
    if(e.origin!==d.origin||!e.data||e.data.message_id!==message.message_id)return;
    if(e.data.subject===message.subject+'.response')end(e.data);
  }
  var timer=setTimeout(end,d.waitMs,null);
  addEventListener('message',hear);
  try{
    var host=window.parent!==window?window.parent:window.opener;
    var frame=d.target==='_parent'?host:host.frames[d.target];
    frame.postMessage(message,d.origin);
  }catch(_){end(null)}
}
function id(){return d.key+'_'+Math.random().toString(36).slice(2)}
`;

/** The result of a launch, in sessionStorage while it goes back to the history entry that its login page has kept. */
const LANDING_KEY = 'wm_landing';

/** Clears what earlier logins left, stores this one's binding, and says whether that worked. */
const SESSION_STORAGE = `
function keepInSession(){
  try{
    for(var i=sessionStorage.length-1;i>=0;i--){
      var k=sessionStorage.key(i);
      if(k.indexOf('wm_lti_')===0&&Number(sessionStorage.getItem(k).split('.')[1])<Date.now()-d.ttlMs)sessionStorage.removeItem(k);
    }
    sessionStorage.removeItem('${LANDING_KEY}');
    sessionStorage.setItem(d.key,d.binding+'.'+Date.now());
    return sessionStorage.getItem(d.key)!==null;
  }catch(_){return false}
}
`;

/**
 * Browsers keep at least 50 history entries and drop the oldest: if the history may be full, nothing can be counted. Some room is
 * left for what the platform adds.
 */
const ROOM_IN_HISTORY = 40;

/**
 * Keeps this page's entry in the frame's history for the launch to return to, and continues in an entry after it. In a window of
 * its own the platform's cookies are not missing, and the entry stays as it is.
 */
const HISTORY_ENTRY = `
function keepEntry(){
  try{
    if(window.top===window||history.length>${ROOM_IN_HISTORY})return;
    history.replaceState(null,'',d.landing);
    history.pushState(null,'');
    sessionStorage.setItem(d.key,sessionStorage.getItem(d.key)+'.'+history.length);
  }catch(_){}
}
`;

/** Tries cookie, sessionStorage and platform storage before leaving; stops if none works. */
export const LOGIN_SCRIPT = `(function(){
${PLATFORM_STORAGE}${SESSION_STORAGE}${HISTORY_ENTRY}
function leave(){location.replace(document.getElementById('go').href)}
function stop(){
  document.getElementById('opening').hidden=true;
  document.getElementById(window.top===window?'stopped-window':'stopped').hidden=false;
}
var cookie=document.cookie.split('; ').indexOf(d.probe+'=1')>=0;
var session=keepInSession();
var message={subject:'lti.put_data',message_id:id(),key:d.key,value:d.binding};
if(session&&!cookie)keepEntry();
if(cookie||session)leave();
else if(!d.target)stop();
else ask(message,function(reply){if(reply&&!reply.error)leave();else stop()});
})();
`;

/**
 * Shows the result of the launch in the history entry that the login page has kept, if it has kept one: what the platform has
 * added since comes after it, and Back leads past all of it. `here` shows it in this page's own entry.
 */
const ARRIVAL = `
function arrive(landing,from,here){
  var steps=from&&history.length<50?history.length-from+1:0;
  if(steps<1)return here();
  try{sessionStorage.setItem('${LANDING_KEY}',JSON.stringify(landing))}catch(_){return here()}
  // if a browser does not go back
  setTimeout(function(){try{sessionStorage.removeItem('${LANDING_KEY}')}catch(_){}here()},5000);
  history.go(-steps);
}
`;

/**
 * Looks for the binding and submits the held launch again, with the binding in a header that no form can set; the cookie that
 * claimed that cookies work here was wrong, and is removed. From a refusal's page only the text is used: this page already has
 * its style, and its nonce differs.
 */
export const BINDING_SCRIPT = `(function(){
${PLATFORM_STORAGE}${ARRIVAL}
document.cookie=d.probe+'=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned';
function send(binding,from){
  fetch(d.action,{method:'POST',credentials:'same-origin',headers:{'content-type':'application/x-www-form-urlencoded','x-lti-binding':binding},
    body:new URLSearchParams({id_token:d.idToken,state:d.state})
  }).then(function(r){
    if(r.ok)return r.json().then(function(j){arrive({address:j.location},from,function(){location.replace(j.location)})});
    return r.text().then(function(t){
      var p=new DOMParser().parseFromString(t.replace(/<style[^]*<\\/style>/,''),'text/html');
      var main=p.querySelector('main').outerHTML;
      arrive({title:p.title,main:main},from,function(){document.title=p.title;document.querySelector('main').outerHTML=main});
    });
  }).catch(function(){document.getElementById('opening').hidden=true;document.getElementById('offline').hidden=false});
}
var kept=null;
try{kept=sessionStorage.getItem(d.key);sessionStorage.removeItem(d.key)}catch(_){}
if(kept)send(kept.split('.')[0],Number(kept.split('.')[2]));
else if(!d.target)send('none');
else ask({subject:'lti.get_data',message_id:id(),key:d.key},function(reply){send(reply&&typeof reply.value==='string'&&reply.value?reply.value:'none')});
})();
`;

/**
 * Replaces the entries that the platform has added after this one with a single entry, and stays in this one: otherwise Forward
 * would ask the platform for a launch that was used.
 */
const CUT_FORWARD = `
function cutForward(address,done){
  var over=false;
  function end(){if(over)return;over=true;removeEventListener('popstate',end);done()}
  addEventListener('popstate',end);
  try{history.pushState(null,'',address);history.back()}catch(_){return end()}
  // if a browser does not go back; this page goes further back when Back reaches it
  setTimeout(end,5000);
}
`;

/**
 * Continues to where the launch leads, or shows why it was refused. With neither, Back led here after a launch that never came:
 * then it goes further back.
 */
export const LANDING_SCRIPT = `(function(){
${CUT_FORWARD}
var landing=null;
try{landing=JSON.parse(sessionStorage.getItem('${LANDING_KEY}'));sessionStorage.removeItem('${LANDING_KEY}')}catch(_){}
if(landing&&landing.address)return cutForward(landing.address.split('#')[0],function(){location.replace(landing.address)});
if(landing){
  document.title=landing.title;
  document.querySelector('main').outerHTML=landing.main;
  return cutForward(location.href,function(){});
}
document.getElementById('opening').hidden=true;
document.getElementById('over').hidden=false;
history.back();
})();
`;

/** The environment of a test process: nothing of the machine's own configuration leaks into a test. */
const OWN = [
  'PUBLIC_URL',
  'HOST',
  'PORT',
  'MONGODB_URI',
  'SECRET_KEYS',
  'TRUST_PROXY',
  'WORKERS',
  'SMTP_URL',
  'MAIL_FROM',
  'CLAMD_URL',
  'METRICS_TOKEN',
  'MAX_ARTIFACT_BYTES',
  'QUOTA_BYTES',
  'OPEN_UPLOAD_BYTES',
  'LOG_LEVEL',
];
for (const name of OWN) delete process.env[name];

process.env['NODE_ENV'] = 'test';
process.env['ALLOW_LOCAL_PLATFORMS'] = '1';

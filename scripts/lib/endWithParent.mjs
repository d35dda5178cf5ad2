// @ts-check
// Loaded into a service before its own code: the service is asked to end when the command that started it is gone, even if
// killed.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

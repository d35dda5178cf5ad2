// @ts-check
// Loaded into a service before its own code: it is asked to end when the command that started it is gone, killed even.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

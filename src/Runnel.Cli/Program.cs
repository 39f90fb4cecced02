using Runnel.Cli;

return await RunnelCommandLine.RunAsync(args).ConfigureAwait(false);

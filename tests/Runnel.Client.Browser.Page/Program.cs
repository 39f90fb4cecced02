using Runnel.Client.Browser.Page;

await Databases.ImportAsync();
await Task.Delay(Timeout.Infinite);

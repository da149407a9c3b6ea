namespace ClusterPanel.Web.Hosting;

/// <summary>A setting is wrong. The message is one sentence that names it.</summary>
internal sealed class WrongSettingException(string message) : Exception(message);

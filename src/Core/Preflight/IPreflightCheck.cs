namespace ClusterPanel.Core.Preflight;

/// <summary>One check: a measured value, a verdict and a fix. Judges facts; touches no host.</summary>
public interface IPreflightCheck
{
    /// <summary>Title of its column.</summary>
    string Title { get; }

    /// <summary>Judges one host.</summary>
    CheckResult Judge(PreflightSubject subject);
}

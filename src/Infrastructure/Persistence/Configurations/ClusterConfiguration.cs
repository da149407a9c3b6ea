using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class ClusterConfiguration : IEntityTypeConfiguration<Cluster>
{
    /// <summary>The package a cluster is being made from, null when it is made: a foreign key, so that no race can remove the package meanwhile.</summary>
    public const string NeededPackageId = "NeededPackageId";

    public void Configure(EntityTypeBuilder<Cluster> builder)
    {
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => c.Name).IsUnique().HasFilter($"\"Status\" <> '{nameof(ClusterStatus.Removed)}'");
        builder.Property(c => c.Version).IsConcurrencyToken();
        builder.Property<Guid?>(NeededPackageId);
        builder.HasOne<OfflinePackage>().WithMany().HasForeignKey(NeededPackageId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<ClusterLeaseRow>().WithOne().HasForeignKey<ClusterLeaseRow>(r => r.ClusterId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ClusterSecretRow>().WithOne().HasForeignKey<ClusterSecretRow>(r => r.ClusterId).OnDelete(DeleteBehavior.Cascade);
    }
}
